import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { localeOf, term, type Terms } from '../base/terms.ts';
import { Drag, type DragPlace, type DragSpot } from './drag.ts';
import { DragItemCell } from './drag-item.ts';
import { dragListStyles } from './drag-list.styles.ts';
import { Press } from './press.ts';
import type { Box, DragLayout } from './spots.ts';

export type { DragLayout } from './spots.ts';

/** What `reorder` tells. */
export interface Reorder {
  readonly item: DragItemCell;
  /** The item's value. */
  readonly value: string;
  readonly from: { readonly list: DragListCell; readonly index: number };
  readonly to: { readonly list: DragListCell; readonly index: number };
  /** The values of the list it has gone to, in their new order. */
  readonly order: readonly string[];
}

/** What `lift` tells. */
export interface Lift {
  readonly item: DragItemCell;
  readonly value: string;
  readonly index: number;
}

interface Movable {
  moveBefore?(node: Node, child: Node | null): void;
}

const lists = new Set<DragListCell>();
let active: { readonly drag: Drag; readonly list: DragListCell; readonly ending: AbortController } | undefined;

/**
 * Drag list: items in an order of the user's own, moved by pointer, finger, or keys, within a list or between those of
 * one group. Space or a click on a handle lifts an item; arrow keys, Home and End move it, and arrows across or Page Up
 * and Page Down bring it to another list; Space puts it down, Escape puts it back. A lifted item also goes where the next
 * click is, for those who can't drag. All of it is announced.
 *
 * @tag skin-drag-list
 * @slot - `<skin-drag-item>` elements.
 * @fires lift - Before an item is lifted; detail: `{ item, value, index }`; cancelable.
 * @fires reorder - Before an item gets another place; detail: `{ item, value, from, to, order }`; cancelable, for pages
 *   that render the new order themselves.
 * @csspart list - Around the items.
 * @csspart place - The place where a lifted item would go.
 * @cssprop --skin-gap - Space between the items.
 * @cssprop --skin-column-min - Least width of a column, in a grid. Default `10rem`.
 * @cssState target - A lifted item would go to this list.
 * @see https://www.w3.org/WAI/WCAG22/Understanding/dragging-movements.html
 */
export class DragListCell extends SkinCell implements DragPlace {
  static override styles: CSSResultGroup = [SkinCell.styles, dragListStyles];
  static override properties: PropertyDeclarations = {
    layout: { reflect: true, useDefault: true },
    group: { reflect: true, useDefault: true },
    label: {},
    whole: { type: Boolean, reflect: true },
    disabled: { type: Boolean, reflect: true },
    said: { state: true },
  };

  /** How the items stand: below one another (`list`, the default), side by side (`row`), or in columns (`grid`). */
  declare layout: DragLayout;
  /** Items move freely between the lists of one group; empty for none. */
  declare group: string;
  /** Accessible name: what is in order here. */
  declare label: string;
  /** Whether items can be taken anywhere, not only by their handle; a finger must rest on them for a moment. */
  declare whole: boolean;
  /** Whether nothing here can be moved. */
  declare disabled: boolean;
  declare protected said: string;
  readonly #press = new Press(
    this,
    (event) => this.#itemOf(event),
    (item, point) => this.#lift(item, 'pointer', point),
  );

  constructor() {
    super();
    this.layout = 'list';
    this.group = '';
    this.label = '';
    this.whole = false;
    this.disabled = false;
    this.said = '';
    this.addEventListener('pointerdown', (event) => active === undefined && this.#press.begin(event));
    this.addEventListener('click', (event) => this.#click(event));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    lists.add(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    lists.delete(this);
    this.#press.end();
    if (active !== undefined && [active.list, active.drag.to.list].includes(this)) this.#finish(false);
  }

  /** Its items, in their order. */
  get items(): DragItemCell[] {
    return [...this.children].filter((child): child is DragItemCell => child instanceof DragItemCell);
  }

  /** @ignore */
  get partners(): DragListCell[] {
    const all = [...lists].filter(
      (one) => one === this || (this.group !== '' && one.group === this.group && !one.disabled),
    );
    return all.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  }

  /** @ignore */
  get columns(): number {
    const list = this.renderRoot.querySelector('.list');
    return list === null ? 1 : getComputedStyle(list).gridTemplateColumns.split(' ').length;
  }

  get #place(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.place');
  }

  /** @ignore */
  keepPlace(item: DragItemCell, at: number): Box {
    const place = this.#place;
    if (place === null) return this.getBoundingClientRect();
    const others = this.items.filter((one) => one !== item);
    others.forEach((one, index) => (one.style.order = String(2 * index)));
    const { width, height } = item.style;
    Object.assign(place.style, {
      order: String(2 * at - 1),
      blockSize: height,
      inlineSize: this.layout === 'row' ? width : 'auto',
    });
    place.hidden = false;
    this.setState('target', true);
    return place.getBoundingClientRect();
  }

  /** @ignore */
  freePlace(): void {
    for (const item of this.items) item.style.removeProperty('order');
    const place = this.#place;
    if (place !== null) place.hidden = true;
    this.setState('target', false);
  }

  #itemOf(event: Event): DragItemCell | undefined {
    const path = event.composedPath();
    // What stands in a list within an item of this one belongs to that list.
    const isOwn = path.find((one) => one instanceof DragListCell) === this;
    const item = path.find((one) => one instanceof DragItemCell);
    return isOwn && item?.parentElement === this && !item.disabled && !this.disabled ? item : undefined;
  }

  #say(drag: Drag, name: keyof Terms & `drag${string}`, english: string, { list, index }: DragSpot = drag.to): void {
    const locale = localeOf(this);
    const words: Readonly<Record<string, string>> = {
      item: drag.item.text,
      at: (index + 1).toLocaleString(locale),
      count: (drag.others(list).length + 1).toLocaleString(locale),
      list: (list as DragListCell).label,
    };
    this.said = term(this, name, english).replaceAll(/\{(\w+)\}/g, (_, word: string) => words[word] ?? '');
  }

  #sayMoved(drag: Drag): void {
    if (drag.to.list === this) this.#say(drag, 'dragMoved', '{item}: position {at} of {count}.');
    else this.#say(drag, 'dragMovedTo', '{item}: position {at} of {count} in {list}.');
  }

  #lift(item: DragItemCell, means: 'pointer' | 'keys', point?: { readonly x: number; readonly y: number }): boolean {
    const index = this.items.indexOf(item);
    const detail: Lift = { item, value: item.value, index };
    if (active !== undefined || index < 0 || !this.emit('lift', detail, { cancelable: true })) return false;
    const ending = new AbortController();
    const drag = new Drag(item, this, means, point);
    active = { drag, list: this, ending };
    this.#say(drag, 'dragLifted', '{item} is lifted from position {at} of {count}.');
    this.#listen(drag, ending.signal);
    return true;
  }

  /** Everything that moves a lifted item, or lets it go. */
  #listen(drag: Drag, signal: AbortSignal): void {
    let isPointer = false;
    drag.item.addEventListener('skin-drag-gone', () => this.#finish(false), { signal });
    addEventListener('keydown', (event) => this.#keydown(drag, event), { capture: true, signal });
    if (drag.means === 'pointer') {
      const move = ({ clientX, clientY }: PointerEvent): void => {
        if (drag.moveTo(clientX, clientY)) this.#sayMoved(drag);
      };
      addEventListener('pointermove', move, { signal });
      addEventListener('pointerup', () => this.#finish(true), { signal });
      addEventListener('pointercancel', () => this.#finish(false), { signal });
      return;
    }
    addEventListener('pointerdown', () => (isPointer = true), { capture: true, signal });
    addEventListener('click', (event) => this.#placeAt(drag, event), { capture: true, signal });
    // A press elsewhere is decided by its click.
    drag.item.addEventListener('focusout', () => !isPointer && this.#finish(false), { signal });
  }

  #keydown(drag: Drag, event: KeyboardEvent): void {
    const { key } = event;
    if (key === 'Escape') this.#finish(false);
    else if (drag.means === 'pointer') return;
    else if (key !== 'Tab') {
      const hasMoved = drag.moveByKey(key);
      if (hasMoved === undefined) return;
      if (hasMoved) this.#sayMoved(drag);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** A click while an item is lifted: it goes there. On the item itself it is put down, elsewhere put back. */
  #placeAt(drag: Drag, event: MouseEvent): void {
    const path = event.composedPath();
    event.preventDefault();
    event.stopPropagation();
    if (path.includes(drag.item)) {
      this.#finish(true);
      return;
    }
    const list = path.find((one): one is DragListCell => one instanceof DragListCell && this.partners.includes(one));
    if (list === undefined) {
      this.#finish(false);
      return;
    }
    drag.moveToItem(
      list,
      path.find((one): one is DragItemCell => one instanceof DragItemCell && one.parentElement === list),
    );
    this.#finish(true);
  }

  #click(event: MouseEvent): void {
    const item = this.#itemOf(event);
    if (item === undefined || !item.isHandle(event) || event.defaultPrevented) return;
    item.focus({ preventScroll: true });
    this.#lift(item, 'keys');
  }

  /** Ends it: the item is put down where it is, or put back. */
  #finish(holds: boolean): void {
    if (active === undefined) return;
    const { drag, list, ending } = active;
    if (list !== this) {
      list.#finish(holds);
      return;
    }
    ending.abort();
    active = undefined;
    drag.end();
    if (holds) this.#say(drag, 'dragDropped', '{item} is put down at position {at} of {count}.');
    else this.#say(drag, 'dragCancelled', 'Cancelled: {item} is back at position {at} of {count}.', drag.from);
    if (holds && drag.hasMoved) this.#reorder(drag);
    if (drag.means === 'keys') drag.item.focus();
  }

  #reorder(drag: Drag): void {
    const { item, from, to } = drag;
    const others = drag.others(to.list);
    const order = others.toSpliced(to.index, 0, item).map(({ value }) => value);
    const own = ({ list, index }: DragSpot): Reorder['to'] => ({ list: list as DragListCell, index });
    const detail: Reorder = { item, value: item.value, from: own(from), to: own(to), order };
    if (!item.isConnected || !this.emit('reorder', detail, { cancelable: true })) return;
    const next = others[to.index] ?? null;
    const target: HTMLElement & Movable = to.list;
    // Moved so, frames and videos inside go on, and the focus stays.
    if (typeof target.moveBefore === 'function') target.moveBefore(item, next);
    else target.insertBefore(item, next);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('whole')) this.#press.holdsTouch(this.whole);
  }

  protected override render(): TemplateResult {
    return html`<div class="list" part="list" role="list" aria-label=${this.label || nothing}>
        <slot></slot>
        <div class="place" part="place" aria-hidden="true" hidden></div>
      </div>
      <div class="said" aria-live="assertive">${this.said}</div>`;
  }
}

DragListCell.define('skin-drag-list');

declare global {
  interface HTMLElementTagNameMap {
    'skin-drag-list': DragListCell;
  }
}
