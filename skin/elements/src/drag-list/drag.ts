import type { DragItemCell } from './drag-item.ts';
import { type Box, type DragLayout, nearest, spotAt, spotByKey } from './spots.ts';

// A list may be shorter than the column that people take for it.
const reach = 96;

/** What a drag asks of a list. */
export interface DragPlace extends HTMLElement {
  readonly layout: DragLayout;
  readonly items: readonly DragItemCell[];
  /** The lists that an item of this one may go to, itself among them. */
  readonly partners: readonly DragPlace[];
  /** Keeps a place free among the items other than one; returns where it is. */
  keepPlace(item: DragItemCell, at: number): Box;
  freePlace(): void;
  readonly columns: number;
}

/** Where an item is: which list, and at what place in it. */
export interface DragSpot {
  readonly list: DragPlace;
  readonly index: number;
}
/** Who moves it: a pointer that is held, or keys and single clicks. */
export type DragMeans = 'pointer' | 'keys';

/** One item on its way, from lift to end. It floats above the page; a free place shows where it would go. */
export class Drag {
  readonly item: DragItemCell;
  readonly means: DragMeans;
  readonly from: DragSpot;
  #to: DragSpot;
  readonly #style: string | null;
  readonly #grip: { readonly x: number; readonly y: number };
  #point: { readonly x: number; readonly y: number };
  readonly #ending = new AbortController();

  /** Lifts the item, at a point of the viewport if a pointer holds it. */
  constructor(item: DragItemCell, list: DragPlace, means: DragMeans, point = { x: 0, y: 0 }) {
    const box = item.getBoundingClientRect();
    this.item = item;
    this.means = means;
    this.from = { list, index: list.items.indexOf(item) };
    this.#to = this.from;
    this.#style = item.getAttribute('style');
    this.#grip = { x: point.x - box.left, y: point.y - box.top };
    this.#point = point;
    const { style } = item;
    // Above all else and out of any box that would cut it off, where the browser has a top layer.
    if (typeof item.showPopover === 'function') {
      item.setAttribute('popover', 'manual');
      item.showPopover();
    }
    const fixed = { position: 'fixed', inset: 'auto', margin: '0', zIndex: '2147483647', overflow: 'visible' };
    Object.assign(style, fixed, { width: `${box.width}px`, height: `${box.height}px`, boxSizing: 'border-box' });
    if (means === 'pointer') {
      style.pointerEvents = 'none';
      void this.#follow();
    }
    item.isLifted = true;
    const again = { capture: true, passive: true, signal: this.#ending.signal };
    addEventListener('scroll', () => this.#show(), again);
    addEventListener('resize', () => this.#show(), again);
    this.#show();
  }

  /** Where it would go now. */
  get to(): DragSpot {
    return this.#to;
  }
  get hasMoved(): boolean {
    return this.#to.list !== this.from.list || this.#to.index !== this.from.index;
  }

  /** The items of a list without the one on its way. */
  others(list: DragPlace): DragItemCell[] {
    return list.items.filter((one) => one !== this.item);
  }

  #show(): void {
    const { list, index } = this.#to;
    const place = list.keepPlace(this.item, index);
    const { style } = this.item;
    const isHeld = this.means === 'pointer';
    style.left = `${isHeld ? this.#point.x - this.#grip.x : place.left}px`;
    style.top = `${isHeld ? this.#point.y - this.#grip.y : place.top}px`;
    if (!isHeld) style.width = `${place.right - place.left}px`;
  }

  #goTo(list: DragPlace, index: number): boolean {
    const old = this.#to;
    if (old.list === list && old.index === index) return false;
    if (old.list !== list) old.list.freePlace();
    this.#to = { list, index };
    this.#show();
    return true;
  }

  #spot(list: DragPlace, x: number, y: number): number {
    const boxes = this.others(list).map((one) => one.getBoundingClientRect());
    return spotAt(boxes, x, y, list.layout, list.matches(':dir(rtl)'));
  }

  /** The list at a point, or near it; of lists in one another the innermost. */
  #listAt(x: number, y: number): DragPlace | undefined {
    const [found] = this.from.list.partners
      .filter((list) => !this.item.contains(list))
      .map((list) => {
        const { left, right, top, bottom, width, height } = list.getBoundingClientRect();
        const away = Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
        return { list, away, area: width * height };
      })
      .filter(({ away }) => away < reach)
      .sort((a, b) => a.away - b.away || a.area - b.area);
    return found?.list;
  }

  /** Goes with the pointer. Returns whether that leads to another place. */
  moveTo(x: number, y: number): boolean {
    this.#point = { x, y };
    const list = this.#listAt(x, y);
    const hasMoved = list !== undefined && this.#goTo(list, this.#spot(list, x, y));
    if (!hasMoved) this.#show();
    return hasMoved;
  }

  /** Scrolls near the edges, for as long as the pointer holds it. */
  async #follow(): Promise<void> {
    // Where it can't be had, a wheel still scrolls.
    const scroll = await import('./auto-scroll.ts').catch(() => undefined);
    const go = (): void => {
      if (this.#ending.signal.aborted || scroll === undefined) return;
      const { x, y } = this.#point;
      if (scroll.scrollNear(this.#to.list, x, y)) this.moveTo(x, y);
      requestAnimationFrame(go);
    };
    go();
  }

  /** Goes where a key leads. Undefined for a key that means nothing here, else whether it leads to another place. */
  moveByKey(key: string): boolean | undefined {
    const { list, index } = this.#to;
    if (key === 'PageUp' || key === 'PageDown') {
      const { partners } = list;
      const next = partners[partners.indexOf(list) + (key === 'PageUp' ? -1 : 1)];
      return next === undefined ? false : this.#enter(next);
    }
    const isRtl = list.matches(':dir(rtl)');
    const { layout, columns } = list;
    const spot = spotByKey(key, index, this.others(list).length, { layout, columns, isRtl });
    if (spot === undefined) return undefined;
    if (typeof spot === 'number') return this.#goTo(list, spot);
    const boxes = list.partners
      .filter((one) => one !== list && !this.item.contains(one))
      .map((one) => [one, one.getBoundingClientRect()] as const);
    const next = nearest(list.getBoundingClientRect(), boxes, spot);
    return next === undefined ? false : this.#enter(next);
  }

  /** Goes to another list, to the place nearest to where it is. */
  #enter(list: DragPlace): boolean {
    const { left, right, top, bottom } = this.item.getBoundingClientRect();
    return this.#goTo(list, this.#spot(list, (left + right) / 2, (top + bottom) / 2));
  }

  /** Goes to the place of another item, or to the end of a list. */
  moveToItem(list: DragPlace, item: DragItemCell | undefined): void {
    const others = this.others(list);
    if (item === undefined) this.#goTo(list, others.length);
    else if (this.#to.list !== list) this.#goTo(list, others.indexOf(item));
    else this.#goTo(list, list.items.indexOf(item));
  }

  /** Lets go: nothing floats any more, and no place is kept. */
  end(): void {
    this.#ending.abort();
    this.#to.list.freePlace();
    const { item } = this;
    item.isLifted = false;
    if (item.hasAttribute('popover')) {
      if (item.matches(':popover-open')) item.hidePopover();
      item.removeAttribute('popover');
    }
    if (this.#style === null) item.removeAttribute('style');
    else item.setAttribute('style', this.#style);
  }
}
