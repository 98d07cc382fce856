import { type CSSResultGroup, html, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { anchoredStyles, showBeside } from '../base/anchored.ts';
import { InputControl } from '../base/input-control.ts';
import { regular, type SelectOption } from '../base/options.ts';
import { panelStyles } from '../base/panel.styles.ts';
import { labelOf, matching } from '../combobox/matching.ts';
import { choiceListStyles } from '../select/choice-list.styles.ts';

/** Finds what fits a text; the signal is aborted when the user has typed on. */
export type Suggest = (
  text: string,
  context: { readonly signal: AbortSignal },
) => readonly (SelectOption | string)[] | Promise<readonly (SelectOption | string)[]>;

/** Suggestions shown at once at most. */
const most = 20;

/**
 * Autocomplete: a text field that suggests how the text may go on. Any text will do; the suggestions come from `options`,
 * or from `suggest`, a function that may ask a server. Arrow keys move in the list, Enter takes a suggestion, Escape closes
 * it. To make the user choose from a list there is `<skin-combobox>`.
 *
 * @tag skin-autocomplete
 * @fires input - At each keystroke, and when a suggestion is taken.
 * @fires change - When the user has finished a change.
 * @fires suggest-error - When `suggest` has failed; detail: `{ error }`. The field goes on as a plain one.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @csspart list - The list.
 * @csspart option - A suggestion.
 * @cssState invalid - The text is not accepted.
 * @cssState user-invalid - It is not accepted, and that is shown.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/examples/combobox-autocomplete-list/
 */
export class AutocompleteReceptor extends InputControl {
  static override styles: CSSResultGroup = [InputControl.styles, panelStyles, anchoredStyles, choiceListStyles];
  static override properties: PropertyDeclarations = {
    options: { attribute: false },
    suggest: { attribute: false },
    delayMs: { type: Number, attribute: 'delay-ms' },
    minChars: { type: Number, attribute: 'min-chars' },
    found: { state: true },
    active: { state: true },
  };

  /** All suggestions there are; those that contain the text are shown. */
  declare options: readonly (SelectOption | string)[];
  /** Finds the suggestions for a text, in place of `options`. */
  declare suggest: Suggest | undefined;
  /** Milliseconds without a keystroke before `suggest` is asked. Default 200. */
  declare delayMs: number;
  /** Characters before anything is suggested. Default 1. */
  declare minChars: number;
  declare protected found: readonly SelectOption[];
  declare protected active: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: AbortController | undefined;

  constructor() {
    super();
    this.autocomplete = 'off';
    this.options = [];
    this.delayMs = 200;
    this.minChars = 1;
    this.found = [];
    this.active = -1;
    this.addEventListener('focusout', () => this.#close());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#asked = undefined;
    this.found = [];
    this.active = -1;
  }

  #show(found: unknown): void {
    this.found = regular(found)
      .filter(({ disabled }) => disabled !== true)
      .slice(0, most);
    this.active = -1;
  }

  #look(delayMs: number): void {
    const { suggest, value } = this;
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#asked = undefined;
    if (value.trim().length < this.minChars) return this.#close();
    if (typeof suggest !== 'function') return this.#show(matching(regular(this.options), value));
    const asked = new AbortController();
    this.#asked = asked;
    const ask = async (): Promise<void> => {
      try {
        const found = await suggest(value, { signal: asked.signal });
        if (!asked.signal.aborted) this.#show(found);
      } catch (error) {
        if (asked.signal.aborted) return;
        this.#close();
        this.emit('suggest-error', { error });
      }
    };
    this.#timer = setTimeout(() => void ask(), delayMs);
  }

  protected override onInput(event?: Event): void {
    super.onInput(event);
    this.#look(this.delayMs);
  }

  #take(choice: SelectOption | undefined): void {
    const { control } = this;
    if (choice === undefined || !control) return;
    this.edit(() => (control.value = choice.value));
    this.#close();
  }

  #move(steps: 1 | -1): void {
    const { length } = this.found;
    if (length === 0) return this.#look(0);
    // Beyond either end is the text itself.
    this.active = ((this.active + 1 + steps + length + 1) % (length + 1)) - 1;
  }

  protected override onKeydown(event: KeyboardEvent): void {
    const { key, isComposing, altKey } = event;
    if (isComposing || this.isDisabled || this.readOnly) return;
    const isOpen = this.found.length > 0;
    if (key === 'ArrowDown' || key === 'ArrowUp') this.#move(key === 'ArrowDown' && !altKey ? 1 : -1);
    else if (key === 'Enter' && this.active >= 0) this.#take(this.found[this.active]);
    else if (key === 'Escape' && isOpen) {
      // It means the list, not the dialog around it.
      event.stopPropagation();
      this.#close();
    } else return super.onKeydown(event);
    event.preventDefault();
  }

  protected override updated(changed: PropertyValues): void {
    const { control, active } = this;
    const isOpen = this.found.length > 0;
    for (const [name, value] of [
      ['role', 'combobox'],
      ['aria-autocomplete', 'list'],
      ['aria-controls', 'list'],
      ['aria-expanded', String(isOpen)],
      ['aria-activedescendant', `option-${active}`],
    ] as const) {
      if (name === 'aria-activedescendant' && active < 0) control?.removeAttribute(name);
      else control?.setAttribute(name, value);
    }
    super.updated(changed);
    const list = this.renderRoot.querySelector<HTMLElement>('[popover]');
    if (list === null || !this.isConnected) return;
    if (!isOpen || !control) list.hidePopover();
    else showBeside(list, control, 'bottom-start');
    list.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
  }

  protected override renderControl(): TemplateResult {
    const { found, active } = this;
    return html`${this.renderInput('text')}
      <div popover="manual" part="list" @pointerdown=${(event: Event) => event.preventDefault()}>
        <div id="list" role="listbox" aria-label=${this.label}>
          ${found.map(
            (choice, at) =>
              html`<div
                role="option"
                part="option"
                id="option-${at}"
                class=${at === active ? 'active' : ''}
                aria-selected=${at === active}
                @click=${() => this.#take(choice)}
              >
                <span>${labelOf(choice)}</span>
              </div>`,
          )}
        </div>
      </div>`;
  }
}

AutocompleteReceptor.define('skin-autocomplete');

declare global {
  interface HTMLElementTagNameMap {
    'skin-autocomplete': AutocompleteReceptor;
  }
}
