import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { field } from '../base/field.ts';
import { type Invalid, Receptor } from '../base/receptor.ts';
import { term } from '../base/terms.ts';
import { labelStyles } from '../otp-field/label.styles.ts';
import { tagInputStyles } from './tag-input.styles.ts';

const separator = /[,،、，\n]/;

/** Why a tag was not taken. */
export type TagRefusal = 'duplicate' | 'max';

/** What stands in a `refuse` event. */
export interface TagRefused {
  readonly text: string;
  readonly reason: TagRefusal;
}

/**
 * Tag input: a list of short texts. Enter, a comma or leaving the field takes what was typed; a pasted list becomes a tag
 * for each entry. Backspace or an arrow key at the start of the text leads to the tags, where arrows move, and Delete or
 * Backspace takes one away.
 *
 * @tag skin-tag-input
 * @fires input - When a tag has come or gone.
 * @fires change - When a tag has come or gone.
 * @fires refuse - When a tag was not taken; `detail.text` and `detail.reason`.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @csspart tag - A tag.
 * @cssState invalid - A tag is required, and there is none.
 * @cssState user-invalid - So it is, and that is shown.
 */
export class TagsReceptor extends Receptor {
  static override styles: CSSResultGroup = [baseStyles, labelStyles, tagInputStyles];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    defaultValue: { attribute: 'value' },
    placeholder: {},
    max: { type: Number },
  };

  /** The tags at first and after a reset, with commas between: the `value` attribute. */
  declare defaultValue: string | null;
  /** Example shown while nothing is typed. */
  declare placeholder: string;
  /** Most tags. */
  declare max: number | undefined;
  #value: readonly string[] | undefined;

  constructor() {
    super();
    this.defaultValue = '';
    this.placeholder = '';
  }

  /** The tags; each is submitted under the name. */
  get value(): readonly string[] {
    return this.#value ?? this.#split(this.defaultValue ?? '');
  }
  set value(value: readonly string[]) {
    this.#value = Array.isArray(value) ? [...new Set(value.map(String))] : [];
    this.sync();
    this.requestUpdate('value');
  }

  #split(text: unknown): string[] {
    const found = String(text)
      .split(separator)
      .map((one) => one.trim());
    return [...new Set(found)].filter(Boolean);
  }

  protected override formValue(): FormData {
    const data = new FormData();
    for (const tag of this.value) data.append(this.name, tag);
    return data;
  }

  protected override findInvalid(): Invalid | undefined {
    return this.required && this.value.length === 0 ? this.missing() : undefined;
  }

  protected override resetValue(): void {
    this.#value = undefined;
    if (this.control) this.control.value = '';
  }

  protected override restoreValue(state: string | FormData): void {
    if (state instanceof FormData) this.value = [...state.values()].map(String);
  }

  #edit(value: readonly string[]): void {
    this.#value = value;
    this.noteEdit();
    this.emit('input');
    this.emit('change');
  }

  /** Takes what was typed; what is refused for want of room stays in the field. */
  #take(): void {
    const input = this.control as HTMLInputElement;
    const before = this.value;
    const tags = [...before];
    const left: string[] = [];
    for (const text of this.#split(input.value)) {
      const isFull = tags.length >= (this.max ?? Infinity);
      const reason: TagRefusal | undefined = tags.includes(text) ? 'duplicate' : isFull ? 'max' : undefined;
      if (reason === undefined) tags.push(text);
      else this.emit<TagRefused>('refuse', { text, reason });
      if (reason === 'max') left.push(text);
    }
    input.value = left.join(', ');
    if (tags.length > before.length) this.#edit(tags);
  }

  #remove(at: number): void {
    const tags = this.value;
    this.#edit(tags.toSpliced(at, 1));
    void this.updateComplete.then(() => this.#focus(Math.min(at, tags.length - 2)));
  }

  #focus(at: number): void {
    const buttons = this.renderRoot.querySelectorAll('button');
    (buttons[at] ?? this.control)?.focus();
  }

  #input(event: InputEvent): void {
    event.stopPropagation();
    if (!event.isComposing && separator.test(this.control?.value ?? '')) this.#take();
    else this.noteEdit();
  }

  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text') ?? '';
    if (this.#split(text).length < 2) return;
    event.preventDefault();
    (this.control as HTMLInputElement).value += text.replaceAll('\n', ',');
    this.#take();
  }

  #keydown(event: KeyboardEvent): void {
    const { key, isComposing } = event;
    const input = this.control as HTMLInputElement;
    const at = [...this.renderRoot.querySelectorAll('button')].indexOf(event.target as HTMLButtonElement);
    const side = Number(key === 'ArrowRight') - Number(key === 'ArrowLeft');
    const step = this.matches(':dir(rtl)') ? -side : side;
    const isDelete = key === 'Backspace' || key === 'Delete';
    if (isComposing) return;
    if (at >= 0 && isDelete) this.#remove(at);
    else if (at >= 0 && step) this.#focus(Math.max(0, at + step));
    else if (at < 0 && key === 'Enter' && input.value) this.#take();
    else if (at < 0 && (step < 0 || key === 'Backspace') && !input.selectionEnd) this.#focus(this.value.length - 1);
    else return;
    event.preventDefault();
  }

  #tag(text: string, at: number): TemplateResult {
    return html`<li part="tag">
      ${text}<button
        type="button"
        tabindex="-1"
        ?disabled=${this.isDisabled}
        aria-label=${`${term(this, 'remove', 'Remove')} ${text}`}
        @click=${() => this.#remove(at)}
      >
        ✕
      </button>
    </li>`;
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help, value } = this;
    return field(
      { label, required, help, error },
      html`<div
        class="box"
        @keydown=${this.#keydown}
        @click=${(event: Event) => event.target === event.currentTarget && this.focus()}
      >
        <ul role="list" aria-live="polite" aria-relevant="additions">
          ${value.map((text, at) => this.#tag(text, at))}
        </ul>
        <input
          id="control"
          part="input"
          autocomplete="off"
          ?disabled=${this.isDisabled}
          ?required=${required && value.length === 0}
          placeholder=${this.placeholder || nothing}
          aria-invalid=${error ? 'true' : nothing}
          aria-describedby="note"
          @input=${this.#input}
          @compositionend=${this.#input}
          @paste=${this.#paste}
          @change=${this.#take}
        />
      </div>`,
    );
  }
}

TagsReceptor.define('skin-tag-input');

declare global {
  interface HTMLElementTagNameMap {
    'skin-tag-input': TagsReceptor;
  }
}
