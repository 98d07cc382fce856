import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { TypeAhead } from '../base/type-ahead.ts';
import { VirtualScrollerCell } from '../virtual-scroller/virtual-scroller.ts';

/** Detail of `selection-change`. */
export interface ListSelection {
  readonly keys: readonly unknown[];
}

/**
 * List box of any length, of which only what is seen is drawn. Arrow keys, Home, End, Page Up, Page Down and typing the
 * first letters move in it; Space selects, and with `selection="multiple"` Shift with arrows and Ctrl+A, too.
 *
 * @tag skin-list
 * @fires selection-change - When the user has selected other items; detail: `{ keys }`.
 * @fires activate - When an item was activated by Enter or double click; detail: `{ item, index }`.
 * @fires range-change - When other items are drawn; detail: `{ first, end }`; does not bubble.
 * @csspart frame - The scrolling frame.
 * @csspart row - Around an item.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/listbox/
 */
export class ListCell extends VirtualScrollerCell {
  static override styles: CSSResultGroup = [
    VirtualScrollerCell.styles,
    css`
      .row {
        cursor: pointer;
      }
      .row:hover {
        background: color-mix(in oklab, var(--_text) 6%, transparent);
      }
      [aria-selected='true'] {
        color: var(--_accent);
        font-weight: 560;
        background: color-mix(in oklab, var(--_accent) 13%, transparent);
      }
      .frame:focus-visible .active {
        outline: 2px solid var(--_focus);
        outline-offset: -2px;
        border-radius: var(--_radius);
      }
      @media (forced-colors: active) {
        [aria-selected='true'] {
          color: HighlightText;
          background: Highlight;
          forced-color-adjust: none;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    selection: { reflect: true, useDefault: true },
    selectedKeys: { attribute: false },
    textOf: { attribute: false },
    active: { state: true },
  };

  /** How many items can be selected. Default `single`. */
  declare selection: 'single' | 'multiple';
  /** Keys of the selected items, as `keyOf` tells them. */
  declare selectedKeys: readonly unknown[];
  /** Text of an item, by which typing finds it; the item itself by default. */
  declare textOf: ((item: unknown) => string) | undefined;
  /** Place of the item that keys are for. */
  declare protected active: number;
  readonly #typing = new TypeAhead();
  #anchor = 0;

  constructor() {
    super();
    this.selection = 'single';
    this.selectedKeys = [];
    this.textOf = undefined;
    this.active = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#typing.stop();
  }

  get #selected(): ReadonlySet<unknown> {
    return new Set(Array.isArray(this.selectedKeys) ? this.selectedKeys : []);
  }

  #select(keys: readonly unknown[]): void {
    const old = this.#selected;
    if (keys.length === old.size && keys.every((key) => old.has(key))) return;
    this.selectedKeys = keys;
    this.emit<ListSelection>('selection-change', { keys });
  }

  #toggle(index: number, isAdded: boolean): void {
    this.#anchor = index;
    const key = this.keyAt(index);
    if (this.selection !== 'multiple' || !isAdded) this.#select([key]);
    else {
      const keys = this.#selected;
      this.#select(keys.has(key) ? [...keys].filter((one) => one !== key) : [...keys, key]);
    }
  }

  #selectTo(index: number): void {
    const [from = 0, to = 0] = [this.#anchor, index].sort((a, b) => a - b);
    this.#select(Array.from({ length: to - from + 1 }, (_, at) => this.keyAt(from + at)));
  }

  #moveTo(index: number, event: KeyboardEvent): void {
    const at = Math.max(0, Math.min(this.list.length - 1, index));
    if (!event.shiftKey) this.#anchor = at;
    this.active = at;
    this.scrollToIndex(at);
    if (event.shiftKey && this.selection === 'multiple') this.#selectTo(at);
  }

  #typed(event: KeyboardEvent): number | undefined {
    const { textOf, list } = this;
    const text = (index: number): string => String(typeof textOf === 'function' ? textOf(list[index]) : list[index]);
    return this.#typing.find(event, [...list.keys()], this.active, text);
  }

  #keydown(event: KeyboardEvent): void {
    const { length } = this.list;
    if (length === 0 || event.altKey) return;
    const { key } = event;
    const active = Math.min(this.active, length - 1);
    const isCommand = event.ctrlKey || event.metaKey;
    const page = Math.max(1, this.seen - 2);
    const found = this.#typing.isTyping || !isCommand ? this.#typed(event) : undefined;
    if (isCommand && key.toLowerCase() === 'a' && this.selection === 'multiple') {
      const isAll = this.#selected.size >= length;
      this.#select(isAll ? [] : Array.from({ length }, (_, at) => this.keyAt(at)));
    } else if (found !== undefined) this.#moveTo(found, event);
    else if (key === 'ArrowDown') this.#moveTo(active + 1, event);
    else if (key === 'ArrowUp') this.#moveTo(active - 1, event);
    else if (key === 'PageDown') this.#moveTo(active + page, event);
    else if (key === 'PageUp') this.#moveTo(active - page, event);
    else if (key === 'Home') this.#moveTo(0, event);
    else if (key === 'End') this.#moveTo(length - 1, event);
    else if (key === ' ') this.#toggle(active, true);
    else if (key === 'Enter') this.emit('activate', { item: this.list[active], index: active });
    else return;
    event.preventDefault();
  }

  #indexOf(event: Event): number | undefined {
    const row = event.composedPath().find((one) => one instanceof HTMLElement && one.classList.contains('row'));
    const index = row instanceof HTMLElement ? Number(row.ariaPosInSet) - 1 : -1;
    return index >= 0 && index < this.list.length ? index : undefined;
  }

  #click(event: MouseEvent): void {
    const index = this.#indexOf(event);
    if (index === undefined) return;
    this.active = index;
    if (event.shiftKey && this.selection === 'multiple') this.#selectTo(index);
    else this.#toggle(index, event.ctrlKey || event.metaKey);
  }

  #doubleClick(event: MouseEvent): void {
    const index = this.#indexOf(event);
    if (index !== undefined) this.emit('activate', { item: this.list[index], index });
  }

  protected override row(index: number): TemplateResult {
    return html`<div
      id="row-${index}"
      class=${index === this.active ? 'row active' : 'row'}
      part="row"
      role="option"
      aria-setsize=${this.list.length}
      aria-posinset=${index + 1}
      aria-selected=${this.#selected.has(this.keyAt(index))}
      .style=${`block-size:${this.height}px;translate:0 ${this.offset(index)}px`}
    >
      ${this.content(index)}
    </div>`;
  }

  protected override render(): TemplateResult {
    const { first, end } = this.range;
    const isDrawn = this.active >= first && this.active < end;
    return html`<div
      class="frame"
      part="frame"
      tabindex="0"
      role="listbox"
      aria-label=${this.label || nothing}
      aria-multiselectable=${this.selection === 'multiple' ? 'true' : nothing}
      aria-activedescendant=${isDrawn ? `row-${this.active}` : nothing}
      @scroll=${this.onScroll}
      @keydown=${this.#keydown}
      @click=${this.#click}
      @dblclick=${this.#doubleClick}
    >
      ${this.renderRows('none')}
    </div>`;
  }
}

ListCell.define('skin-list');

declare global {
  interface HTMLElementTagNameMap {
    'skin-list': ListCell;
  }
}
