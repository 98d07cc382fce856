import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { EngineControl, type EngineHost, textOf } from '../base/engine-control.ts';
import { fieldStyles } from '../base/field.styles.ts';
import { proseStyles } from '../base/prose.styles.ts';
import type { Invalid } from '../base/receptor.ts';
import { term } from '../base/terms.ts';
import type { RichDocument, RichEngine, RichHost, RichOptions } from './contract.ts';
import { htmlOf, isFormatted, plainOf } from './plain.ts';
import { richTextStyles } from './rich-text-editor.styles.ts';

const allTools =
  'heading-1 heading-2 heading-3 | bold italic underline strike code | bullet-list ordered-list quote code-block | link | undo redo';

/** Detail of `too-long`: how many characters came, and how many are taken. */
export interface RichTextTooLong {
  readonly length: number;
  readonly limit: number;
}

/**
 * Rich text editor: a form control for formatted text, with a toolbar, as HTML or JSON. What comes in, by value, paste or
 * drop, is reduced to what the toolbar knows, and its links to addresses that run no script. It needs the packages
 * `@tiptap/core`, `@tiptap/pm` and `@tiptap/starter-kit`, which are loaded when it is first shown; until they are there,
 * and if they can't be had, it is a plain text area.
 *
 * Alt+F10 leads from the text to the toolbar, Escape back.
 *
 * @tag skin-rich-text-editor
 * @fires input - At each change that the user makes.
 * @fires change - When the user has finished a change.
 * @fires engine-error - When the engine can't be had, or a document is none; `detail.error`.
 * @fires too-long - When a content has more characters than `limit`; detail: `{ length, limit }`. What is pasted, dropped or
 *   set then is left out, and what the editor begins with stands in a plain text area; a line below says so.
 * @csspart editor - The frame around toolbar and text.
 * @csspart toolbar - The toolbar.
 * @csspart textarea - The plain text area before the engine is there.
 * @csspart label - The label.
 * @csspart help - The help.
 * @csspart error - The error.
 * @cssprop [--skin-rich-text-editor-max-height=32rem] - Height from which on the text scrolls.
 * @cssState ready - The engine is there.
 * @cssState failed - The engine can't be had; a plain text area stands for it.
 * @cssState invalid - The text is not accepted.
 * @cssState user-invalid - It is not accepted, and that is shown.
 */
export class RichTextReceptor extends EngineControl<RichOptions, RichHost, RichEngine> {
  static override styles: CSSResultGroup = [baseStyles, fieldStyles, proseStyles, richTextStyles];
  static override properties: PropertyDeclarations = {
    json: { attribute: false, noAccessor: true },
    maxLength: { type: Number, attribute: 'maxlength' },
    tools: {},
    limit: { type: Number },
    isTooLong: { state: true },
  };

  /** Most characters, formatting aside. */
  declare maxLength: number | undefined;
  /** Names of the tools in the toolbar; a `|` parts groups. Default: all. */
  declare tools: string;
  /**
   * Most characters of HTML or JSON that are taken at once. Default 300,000: all of them stand in the page, and far more
   * would block it.
   */
  declare limit: number;
  declare protected isTooLong: boolean;

  constructor() {
    super();
    this.tools = allTools;
    this.limit = 300_000;
    this.isTooLong = false;
  }

  /** The text as a document of ProseMirror; undefined before the engine is there. */
  get json(): RichDocument | undefined {
    return this.running?.json;
  }
  set json(document: RichDocument | undefined) {
    if (typeof document !== 'object' || document === null) return;
    this.keep();
    this.attempt(() => {
      if (this.#takes(JSON.stringify(document).length)) this.running?.write(document);
    });
    this.sync();
  }

  #takes(length: number): boolean {
    const { limit } = this;
    this.isTooLong = length > limit;
    if (this.isTooLong) this.emit<RichTextTooLong>('too-long', { length, limit });
    return !this.isTooLong;
  }

  protected override noteEdit(): void {
    this.isTooLong &&= this.value.length > this.limit;
    super.noteEdit();
  }

  #say(limit: number): string {
    return term(this, 'tooLong', 'Enter at most # characters.').replace('#', String(limit));
  }

  protected override get errorText(): string {
    return this.isTooLong ? this.#say(this.limit) : super.errorText;
  }

  protected override findInvalid(): Invalid | undefined {
    const length = this.running?.length ?? plainOf(this.value).length;
    const { maxLength } = this;
    if (this.required && (this.running?.isEmpty ?? length === 0)) return this.missing();
    if (typeof maxLength !== 'number' || length <= maxLength) return undefined;
    return { flags: { tooLong: true }, message: this.#say(maxLength) };
  }

  protected override async loadEngine(): Promise<(host: RichHost) => RichEngine> {
    return (await import('./engine.ts')).loadRichEngine();
  }
  protected override hostFor(common: EngineHost<RichOptions>, [caret]: readonly [number, number]): RichHost {
    const { value } = this;
    if (!this.#takes(value.length)) throw new RangeError('The content is too long.');
    const before = this.control?.value.slice(0, caret) ?? '';
    return {
      ...common,
      root: this.renderRoot as ShadowRoot,
      content: value,
      // A paragraph ends and the next begins where a line does.
      caret: 1 + before.length + before.split('\n').length - 1,
      lit: { html, nothing },
      takes: (length) => this.#takes(length),
      say: (name, english) => term(this, name, english),
      moved: () => {
        this.requestUpdate();
        return this.updateComplete;
      },
    };
  }
  protected override read(engine: RichEngine): string {
    return engine.html;
  }
  protected override write(engine: RichEngine, value: string): void {
    if (this.#takes(value.length)) engine.write(value);
  }
  protected override toValue(value: unknown): string {
    return textOf(value);
  }
  protected override toPlain(value: string): string {
    return plainOf(value);
  }
  protected override fromPlain(text: string): string {
    return htmlOf(text);
  }
  /** A text area would lose the formatting. */
  protected override get isPlainReadOnly(): boolean {
    return super.isPlainReadOnly || isFormatted(this.value);
  }

  /** Finding out the direction of a text of megabytes hangs Chromium, and its size is laid out twice. */
  protected override get plainDirection(): 'auto' | undefined {
    return this.value.length < 100_000 ? 'auto' : undefined;
  }

  protected override get engineOptions(): RichOptions {
    return {
      label: textOf(this.label) || this.outerLabel,
      describedBy: this.noteId,
      isInvalid: this.errorText !== '',
      required: Boolean(this.required),
      readOnly: Boolean(this.readOnly),
      disabled: this.isDisabled,
      placeholder: textOf(this.placeholder),
      tools: textOf(this.tools),
    };
  }

  protected override renderFrame(classes: string, content: TemplateResult): TemplateResult {
    const room = this.readOnly || textOf(this.tools).trim() === '' ? nothing : html`<div class="room"></div>`;
    return html`<div
      class=${classes}
      part="editor"
      @keydown=${(event: KeyboardEvent) => this.running?.onKeydown(event)}
    >
      ${this.running?.render() ?? room} ${content}
    </div>`;
  }
}

RichTextReceptor.define('skin-rich-text-editor');

declare global {
  interface HTMLElementTagNameMap {
    'skin-rich-text-editor': RichTextReceptor;
  }
}
