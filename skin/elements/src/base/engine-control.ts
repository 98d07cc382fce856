import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { type EngineFailure, toEngineError } from './engine.ts';
import { field } from './field.ts';
import { Receptor } from './receptor.ts';

/** A running engine of a text control. */
export interface TextEngine<Options> {
  configure(options: Options): void;
  focus(): void;
  /** @returns what may be of use to a later engine of the same element. */
  destroy(): unknown;
}

/** Loads what makes engines. */
export type LoadEngine<Host, Engine> = () => Promise<(host: Host) => Engine>;

/** What any engine begins with, and whom it tells. */
export interface EngineHost<Options> {
  readonly parent: HTMLElement;
  readonly options: Options;
  /** The user has changed the text. */
  edited(): void;
  /** Something of the engine can't be had or done; the rest goes on. */
  failed(error: unknown): void;
}

/** A value as a text; nothing is an empty one. */
export const textOf = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

/**
 * Base class of controls whose text is edited by a library that is loaded when they are first shown. Until it is there,
 * and if it can't be had, they are a plain text area with the same value; caret, focus and what was typed go over to it.
 */
export abstract class EngineControl<
  Options,
  Host extends EngineHost<Options>,
  Engine extends TextEngine<Options>,
> extends Receptor {
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    defaultValue: { attribute: 'value' },
    placeholder: {},
    readOnly: { type: Boolean, attribute: 'readonly', reflect: true },
    engine: { attribute: false },
    isReady: { state: true },
  };

  /** What it begins with and is reset to: the `value` attribute. */
  declare defaultValue: string | null;
  /** Example shown while it is empty; no substitute for a label. */
  declare placeholder: string;
  /** Whether the text can be read and copied, but not changed. */
  declare readOnly: boolean;
  /** Loads another engine than the one of the kit. */
  declare engine: LoadEngine<Host, Engine> | undefined;
  declare protected isReady: boolean;
  /** The engine, while there is one. */
  protected running: Engine | undefined;
  /** What an earlier engine has left. */
  protected left: unknown;
  #value: string | undefined;
  #composing = false;
  #loading = false;
  #isEdited = false;

  constructor() {
    super();
    this.defaultValue = '';
    this.placeholder = '';
    this.readOnly = false;
    this.isReady = false;
    this.addEventListener('focusout', () => {
      if (this.#isEdited) this.emit('change');
      this.#isEdited = false;
    });
  }

  /** Loads the kit's own engine. */
  protected abstract loadEngine(): ReturnType<LoadEngine<Host, Engine>>;
  /** What an engine begins with. */
  protected abstract hostFor(common: EngineHost<Options>, caret: readonly [from: number, to: number]): Host;
  protected abstract get engineOptions(): Options;
  /** The value that an engine holds. */
  protected abstract read(engine: Engine): string;
  /** Gives an engine another value. */
  protected abstract write(engine: Engine, value: string): void;
  /** A value as it is kept. */
  protected abstract toValue(value: unknown): string;
  /** A value as the text area shows it, and back. */
  protected abstract toPlain(value: string): string;
  protected abstract fromPlain(text: string): string;
  /** What stands in the frame, around the place for the engine. */
  protected abstract renderFrame(classes: string, content: TemplateResult): TemplateResult;

  /** The text. It follows the `value` attribute until the user or a script has changed it. */
  get value(): string {
    return this.running === undefined ? this.#kept : this.read(this.running);
  }
  set value(value: string | null | undefined) {
    const old = this.value;
    this.#value = this.toValue(value);
    if (this.#value === old) return;
    this.#show();
    this.requestUpdate('value', old);
  }

  get #kept(): string {
    return this.#value ?? this.toValue(this.defaultValue);
  }

  /** From here on the text is the user's, whatever becomes of the attribute. */
  protected keep(): void {
    this.#value ??= '';
  }

  /** Puts the text into what shows it. */
  #show(): void {
    const { control, running } = this;
    const value = this.#kept;
    if (running !== undefined) {
      if (this.read(running) !== value) this.attempt(() => this.write(running, value));
    } else if (control && !this.#composing && control.value !== this.toPlain(value))
      control.value = this.toPlain(value);
    this.sync();
  }

  /** Does something with the engine that it may refuse. */
  protected attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Tells that something of the engine can't be had. */
  protected fail(error: unknown): void {
    this.emit<EngineFailure>('engine-error', { error: toEngineError(this.localName, error) });
  }

  protected override get control(): HTMLTextAreaElement | null | undefined {
    return this.renderRoot?.querySelector('textarea');
  }
  protected override formValue(): string {
    return this.value;
  }
  protected override resetValue(): void {
    this.#value = undefined;
    this.#show();
  }
  protected override restoreValue(state: string): void {
    this.value = state;
  }

  override focus(options?: FocusOptions): void {
    if (this.running === undefined) super.focus(options);
    else if (!this.isDisabled) this.running.focus();
  }

  /** Id of the note that describes the text, or an empty text. */
  protected get noteId(): string {
    if (this.errorText) return 'error';
    return this.help ? 'help' : '';
  }

  async #load(): Promise<void> {
    if (this.running !== undefined || this.#loading) return;
    this.#loading = true;
    try {
      const create = await (typeof this.engine === 'function' ? this.engine() : this.loadEngine());
      // What is being composed would be lost with the field it is composed in.
      if (this.#composing)
        await new Promise((resolve) => this.addEventListener('compositionend', resolve, { once: true }));
      if (this.isConnected) this.#adopt(create);
    } catch (error) {
      this.setState('failed', true);
      this.fail(error);
    } finally {
      this.#loading = false;
    }
  }

  /** Puts the engine in place of the text area, in one go. */
  #adopt(create: (host: Host) => Engine): void {
    const { control } = this;
    const hadFocus =
      control !== null && control !== undefined && (this.renderRoot as ShadowRoot).activeElement === control;
    const common: EngineHost<Options> = {
      parent: this.renderRoot.querySelector('#mount') as HTMLElement,
      options: this.engineOptions,
      edited: () => {
        this.keep();
        this.#isEdited = true;
        this.noteEdit();
        this.emit('input');
      },
      failed: (error) => this.fail(error),
    };
    // Who hasn't been there begins at the start; a script that fills a text area moves its caret to the end.
    this.running = create(this.hostFor(common, hadFocus ? [control.selectionStart, control.selectionEnd] : [0, 0]));
    if (control) control.hidden = true;
    if (hadFocus) this.running.focus();
    this.#settle(true);
    this.setState('failed', false);
  }

  #settle(ready: boolean): void {
    this.isReady = ready;
    this.setState('ready', ready);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Who is only moved keeps the engine; who is gone leaves nothing behind.
    queueMicrotask(() => {
      if (this.isConnected || this.running === undefined) return;
      this.#value = this.value;
      this.left = this.running.destroy();
      this.running = undefined;
      this.#settle(false);
    });
  }

  #onPlainInput(event?: Event): void {
    this.#composing = event instanceof InputEvent && event.isComposing;
    this.#value = this.fromPlain(this.control?.value ?? '');
    this.noteEdit();
  }

  /** Puts a text in place of what is selected in the text area. */
  protected insertPlain(text: string): void {
    const { control } = this;
    if (!control) return;
    control.setRangeText(text, control.selectionStart, control.selectionEnd, 'end');
    this.#onPlainInput();
    this.emit('input');
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    // The server's text gives way to a field.
    this.requestUpdate();
    void this.#load();
  }

  protected override updated(changed: PropertyValues): void {
    if (this.running === undefined || (changed.has('defaultValue') && this.#value === undefined)) this.#show();
    super.updated(changed);
    this.running?.configure(this.engineOptions);
  }

  /** Whether the text area can't be written in. */
  protected get isPlainReadOnly(): boolean {
    return Boolean(this.readOnly);
  }

  /** Direction of the text area, where it isn't that of the page. */
  protected get plainDirection(): 'auto' | undefined {
    return undefined;
  }

  #plain(): TemplateResult {
    // A server can't fill a text area; what it shows is replaced when the script has run.
    if (!this.hasUpdated) return html`<pre class="plain" part="textarea">${this.toPlain(this.value)}</pre>`;
    return html`<textarea
      id="control"
      class="plain"
      part="textarea"
      dir=${this.plainDirection ?? nothing}
      spellcheck="false"
      autocapitalize="off"
      ?disabled=${this.isDisabled}
      ?required=${this.required}
      ?readonly=${this.isPlainReadOnly}
      placeholder=${this.placeholder || nothing}
      aria-label=${this.outerLabel || nothing}
      aria-invalid=${this.errorText ? 'true' : nothing}
      aria-describedby=${this.noteId || nothing}
      @input=${this.#onPlainInput}
      @compositionend=${this.#onPlainInput}
      @change=${() => this.emit('change')}
    ></textarea>`;
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help, isReady } = this;
    const classes = `frame${error ? ' invalid' : ''}${this.isDisabled ? ' disabled' : ''}`;
    // What an engine's own events say of it, the element says by its own.
    const stop = (event: Event): void => event.stopPropagation();
    const content = html`<div id="mount" @input=${stop} @change=${stop}></div>
      ${isReady ? nothing : this.#plain()}`;
    return html`<div style="display:contents" @click=${this.#onClick}>
      ${field({ label, required, help, error }, this.renderFrame(classes, content))}
    </div>`;
  }

  /** A label leads to a native control only. */
  #onClick(event: Event): void {
    if (this.running !== undefined && (event.target as Element).closest('label[for=control]') !== null) this.focus();
  }
}
