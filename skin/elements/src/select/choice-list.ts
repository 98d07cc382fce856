import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { showBeside } from '../base/anchored.ts';
import { grouped, type SelectOption } from '../base/options.ts';
import { OptionsControl } from '../base/options-control.ts';
import { term } from '../base/terms.ts';
import { TypeAhead } from '../base/type-ahead.ts';
import { labelOf, matching } from '../combobox/matching.ts';

/** Choices shown at once at most; a search narrows them down. */
const most = 500;
/** How far Page Up and Page Down lead. */
const page = 10;

/**
 * Base class of a field whose choices drop down in a list of the kit's own: where there is a search in it, or more than
 * one can be chosen. Arrow keys, Home, End, Page Up, Page Down and the first letters move in it, Enter and Space choose,
 * Escape closes it.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/examples/combobox-select-only/
 */
export abstract class ChoiceList extends OptionsControl {
  static override properties: PropertyDeclarations = {
    multiple: { type: Boolean, reflect: true },
    searchable: { type: Boolean, reflect: true },
    isOpen: { state: true },
    query: { state: true },
    active: { state: true },
  };

  /** Whether more than one can be chosen. */
  declare multiple: boolean;
  /** Whether the list has a field that searches it. */
  declare searchable: boolean;
  declare protected isOpen: boolean;
  declare protected query: string;
  declare protected active: SelectOption | undefined;
  #wasOpen = false;
  readonly #typing = new TypeAhead();

  constructor() {
    super();
    this.multiple = false;
    this.searchable = false;
    this.isOpen = false;
    this.query = '';
    this.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && this.renderRoot?.contains(relatedTarget)) return;
      // Nothing else in the shadow root has it either: the event is told outside only then.
      if (!this.matches(':focus-within')) this.isOpen = false;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#typing.stop();
    this.isOpen = false;
  }

  /** Whether a choice is made. */
  protected abstract isChosen(choice: SelectOption): boolean;
  /** Takes a choice of the user's: makes it, or takes it back. */
  protected abstract take(choice: SelectOption): void;
  /** Text of the button, and whether it only stands for a choice. */
  protected abstract readonly shown: { readonly text: string; readonly isPlaceholder: boolean };

  get #shown(): SelectOption[] {
    return matching(this.choices, this.searchable ? this.query : '').slice(0, most);
  }

  get #usable(): SelectOption[] {
    return this.#shown.filter(({ disabled }) => disabled !== true);
  }

  /** Opens the list. */
  showPicker(): void {
    if (this.isDisabled || this.isOpen) return;
    this.query = '';
    const usable = this.#usable;
    this.active = usable.find((choice) => this.isChosen(choice)) ?? usable[0];
    this.isOpen = true;
  }

  #choose(choice: SelectOption | undefined): void {
    if (choice === undefined || choice.disabled === true) return;
    this.active = choice;
    this.take(choice);
    if (!this.multiple) this.#close();
  }

  #close(): void {
    this.isOpen = false;
    // The element has the focus already, by way of its search.
    this.renderRoot.querySelector('button')?.focus();
  }

  #move(steps: number): void {
    const usable = this.#usable;
    const at = this.active === undefined ? -1 : usable.indexOf(this.active);
    this.active = usable[Math.max(0, Math.min(at + steps, usable.length - 1))];
  }

  /** Keys of the closed button: those that open the list. */
  #openBy(event: KeyboardEvent): boolean {
    const { key } = event;
    const found = this.#typing.find(event, this.#usable, undefined, labelOf);
    if (found === undefined && !['ArrowDown', 'ArrowUp', 'Home', 'End', 'Enter', ' '].includes(key)) return false;
    this.showPicker();
    if (key === 'Home' || key === 'End') this.active = this.#usable.at(key === 'Home' ? 0 : -1);
    else if (found !== undefined) this.active = found;
    return true;
  }

  #onKeydown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (this.isOpen ? this.#keyInList(event) : this.#openBy(event)) event.preventDefault();
  }

  #keyInList(event: KeyboardEvent): boolean {
    const { key, altKey, ctrlKey, metaKey } = event;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[key];
    const isText = this.searchable;
    if (key === 'Escape') {
      // It means the list, not the dialog around it.
      event.stopPropagation();
      this.#close();
    } else if (key === 'ArrowUp' && altKey) this.#close();
    else if (steps !== undefined) this.#move(steps);
    else if (!isText && (key === 'Home' || key === 'End')) this.#move(key === 'Home' ? -most : most);
    else if (key === 'Enter' || (!isText && key === ' ' && !this.#typing.isTyping)) this.#choose(this.active);
    else if (!isText && this.multiple && (ctrlKey || metaKey) && key === 'a') {
      const usable = this.#usable;
      const isAll = usable.every((choice) => this.isChosen(choice));
      for (const choice of usable) if (this.isChosen(choice) === isAll) this.take(choice);
    } else {
      if (isText) return false;
      const found = this.#typing.find(event, this.#usable, this.active, labelOf);
      if (found === undefined) return false;
      this.active = found;
    }
    return true;
  }

  #search(event: Event): void {
    // What is searched for is not the value.
    event.stopPropagation();
    this.query = (event.target as HTMLInputElement).value;
    this.active = this.#usable[0];
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const panel = this.renderRoot.querySelector<HTMLElement>('[popover]');
    if (panel === null || !this.isConnected) return;
    if (!this.isOpen) panel.hidePopover();
    else if (!panel.matches(':popover-open')) {
      showBeside(panel, this.renderRoot.querySelector<HTMLElement>('.box') ?? this, 'bottom-start');
      panel.querySelector('input')?.focus();
    }
    panel.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
  }

  #option(choice: SelectOption, at: number): TemplateResult {
    const isChosen = this.isChosen(choice);
    return html`<div
      role="option"
      part="option"
      id="option-${at}"
      class=${choice === this.active ? 'active' : ''}
      aria-selected=${isChosen}
      aria-disabled=${choice.disabled === true ? 'true' : nothing}
      @click=${() => this.#choose(choice)}
    >
      <span>${labelOf(choice)}</span>${
        isChosen ? html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12.5l4.5 4.5L19 7" /></svg>` : nothing
      }
    </div>`;
  }

  #listbox(shown: readonly SelectOption[], label: string): TemplateResult {
    let at = 0;
    return html`<div
      id="list"
      part="list"
      role="listbox"
      aria-label=${label}
      aria-multiselectable=${this.multiple ? 'true' : nothing}
    >
      ${grouped(shown).map(({ heading, options }) => {
        const items = options.map((choice) => this.#option(choice, at++));
        return heading === ''
          ? items
          : html`<div role="group" aria-label=${heading}>
              <div class="heading" aria-hidden="true">${heading}</div>
              ${items}
            </div>`;
      })}
      ${
        shown.length === 0
          ? html`<div class="none" role="option" aria-disabled="true" aria-selected="false">
              ${term(this, 'noMatches', 'No matches')}
            </div>`
          : nothing
      }
    </div>`;
  }

  /** The button with its list, and a search in that if there is one. */
  protected renderList(): TemplateResult {
    const { isOpen, searchable, shown, label } = this;
    const listed = isOpen ? this.#shown : [];
    const at = this.active === undefined ? -1 : listed.indexOf(this.active);
    const active = isOpen && at >= 0 ? `option-${at}` : nothing;
    const find = term(this, 'find', 'Find');
    return html`<div class="box">
      <button
        id="control"
        class="control ${shown.isPlaceholder ? 'unset' : ''}"
        part="select"
        type="button"
        role="combobox"
        aria-haspopup=${searchable ? 'dialog' : 'listbox'}
        aria-expanded=${isOpen}
        aria-controls=${searchable ? 'panel' : 'list'}
        aria-activedescendant=${searchable ? nothing : active}
        aria-required=${this.required ? 'true' : nothing}
        aria-invalid=${this.errorText ? 'true' : nothing}
        aria-describedby="note"
        ?disabled=${this.isDisabled}
        @pointerdown=${() => (this.#wasOpen = isOpen)}
        @click=${({ detail }: MouseEvent) => {
          if (detail > 0 ? this.#wasOpen : this.isOpen) this.isOpen = false;
          else this.showPicker();
        }}
        @keydown=${this.#onKeydown}
      >
        ${shown.text}
      </button>
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 9l6 6 6-6" /></svg>
      <div
        id="panel"
        part="panel"
        popover="manual"
        role=${searchable ? 'dialog' : nothing}
        aria-label=${searchable ? label : nothing}
        @pointerdown=${(event: Event) => event.target instanceof HTMLInputElement || event.preventDefault()}
      >
        ${
          searchable && isOpen
            ? html`<input
                class="control search"
                part="search"
                type="text"
                role="combobox"
                autocomplete="off"
                placeholder=${find}
                aria-label=${find}
                aria-autocomplete="list"
                aria-expanded="true"
                aria-controls="list"
                aria-activedescendant=${active}
                .value=${this.query}
                @input=${this.#search}
                @change=${(event: Event) => event.stopPropagation()}
                @keydown=${this.#onKeydown}
              />`
            : nothing
        }
        ${isOpen ? this.#listbox(listed, label) : nothing}
      </div>
      <slot hidden></slot>
    </div>`;
  }
}
