import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { SkinCell } from '../base/skin-cell.ts';
import { type Squeezed, squeeze } from '../base/squeeze.ts';
import { virtualStyles } from './virtual-scroller.styles.ts';

/** Draws one item: text, or a template. */
export type RenderItem = (item: unknown, index: number) => unknown;

/** Detail of `range-change`: the first item that is drawn, and the one after the last. */
export interface RenderedRange {
  readonly first: number;
  readonly end: number;
}

const spare = 6;

const safeText = (item: unknown): string => {
  try {
    return typeof item === 'object' && item !== null ? JSON.stringify(item) : String(item);
  } catch {
    return '';
  }
};

/**
 * Virtual scroller: a list of any length, of which only what is seen is drawn. All rows are equally high. With `keyOf`
 * rows are told apart, so that those the user looks at stay where they are when others come in before them.
 *
 * @tag skin-virtual-scroller
 * @fires range-change - When other items are drawn; detail: `{ first, end }`; does not bubble.
 * @csspart frame - The scrolling frame.
 * @csspart row - Around an item.
 * @see https://www.w3.org/TR/wai-aria-1.2/#aria-setsize
 */
export class VirtualScrollerCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, virtualStyles];
  static override properties: PropertyDeclarations = {
    items: { attribute: false },
    renderItem: { attribute: false },
    keyOf: { attribute: false },
    rowHeight: { type: Number, attribute: 'row-height' },
    label: {},
    first: { state: true },
    seen: { state: true },
  };

  /** The items. A list that has changed comes as a new one. */
  declare items: readonly unknown[];
  /** Draws an item; its text by default. */
  declare renderItem: RenderItem | undefined;
  /** Tells what identifies an item; its place by default. */
  declare keyOf: ((item: unknown) => unknown) | undefined;
  /** Height of a row, in pixels. Default 40. */
  declare rowHeight: number;
  /** Accessible name. */
  declare label: string;
  /** Place of the first item that is seen. */
  declare protected first: number;
  /** How many are seen at once. */
  declare protected seen: number;
  #observer: ResizeObserver | undefined;
  #top: { readonly key: unknown; readonly at: number } | undefined;
  #range = '';

  constructor() {
    super();
    this.items = [];
    this.renderItem = undefined;
    this.keyOf = undefined;
    this.rowHeight = 40;
    this.label = '';
    this.first = 0;
    this.seen = 10;
  }

  protected get list(): readonly unknown[] {
    return Array.isArray(this.items) ? this.items : [];
  }

  protected get height(): number {
    const height = Number(this.rowHeight);
    return Number.isFinite(height) && height >= 1 ? Math.min(height, 10_000) : 40;
  }

  protected get frame(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.frame') ?? null;
  }

  get #scale(): Squeezed {
    return squeeze(this.list.length * this.height, this.frame?.clientHeight ?? 0);
  }

  /** Scrolls until an item is seen. */
  scrollToIndex(index: number): void {
    const { frame, height, list } = this;
    const at = Math.max(0, Math.min(list.length - 1, Math.trunc(Number(index)) || 0));
    if (frame === null || list.length === 0) return;
    const { ratio } = this.#scale;
    const top = frame.scrollTop * ratio;
    if (at * height < top) frame.scrollTop = (at * height) / ratio;
    else if ((at + 1) * height > top + frame.clientHeight)
      frame.scrollTop = ((at + 1) * height - frame.clientHeight) / ratio;
    this.#measure();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  protected keyAt(index: number): unknown {
    const { keyOf, list } = this;
    return typeof keyOf === 'function' ? keyOf(list[index]) : index;
  }

  #measure(): void {
    const { frame, height, list } = this;
    if (frame === null) return;
    const top = frame.scrollTop * this.#scale.ratio;
    this.seen = Math.ceil(frame.clientHeight / height) + 1;
    this.first = Math.max(0, Math.min(list.length - 1, Math.floor(top / height)));
    this.#top = list.length === 0 ? undefined : { key: this.keyAt(this.first), at: this.first };
  }

  /** Keeps the first row that was seen where it was. */
  #hold(): void {
    const { frame, list, height } = this;
    const held = this.#top;
    if (frame === null || held === undefined || typeof this.keyOf !== 'function' || frame.scrollTop === 0) return;
    if (held.at < list.length && this.keyAt(held.at) === held.key) return;
    const now = list.findIndex((_, at) => this.keyAt(at) === held.key);
    if (now >= 0) frame.scrollTop += ((now - held.at) * height) / this.#scale.ratio;
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    super.updated(changed);
    const { frame } = this;
    if (frame === null) return;
    if (this.#observer === undefined && this.isConnected) {
      this.#observer = new ResizeObserver(() => this.#measure());
      this.#observer.observe(frame);
    }
    if (changed.has('items')) this.#hold();
    if (changed.has('items') || changed.has('rowHeight')) this.#measure();
    const { first, end } = this.range;
    if (this.#range === `${first} ${end}`) return;
    this.#range = `${first} ${end}`;
    this.emit<RenderedRange>('range-change', { first, end }, { bubbles: false });
  }

  /** What is drawn: what is seen, and a few beside it. */
  protected get range(): RenderedRange {
    const { length } = this.list;
    return {
      first: Math.max(0, Math.min(this.first, length) - spare),
      end: Math.min(length, this.first + this.seen + spare),
    };
  }

  protected content(index: number): unknown {
    const item = this.list[index];
    return typeof this.renderItem === 'function' ? this.renderItem(item, index) : safeText(item);
  }

  /** Where a row stands, in pixels from the top of all. */
  protected offset(index: number): number {
    const { ratio } = this.#scale;
    const top = this.frame?.scrollTop ?? 0;
    return index * this.height - top * (ratio - 1);
  }

  protected row(index: number): TemplateResult {
    return html`<div
      class="row"
      part="row"
      role="listitem"
      aria-setsize=${this.list.length}
      aria-posinset=${index + 1}
      .style=${`block-size:${this.height}px;translate:0 ${this.offset(index)}px`}
    >
      ${this.content(index)}
    </div>`;
  }

  protected renderRows(role: string): TemplateResult {
    const { first, end } = this.range;
    const shown = Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at);
    return html`<div
      class="all"
      role=${this.list.length > 0 ? role : nothing}
      aria-label=${role === 'list' && this.list.length > 0 && this.label ? this.label : nothing}
      .style=${`block-size:${this.#scale.total}px`}
    >
      ${repeat(
        shown,
        (index) => this.keyAt(index),
        (index) => this.row(index),
      )}
    </div>`;
  }

  protected onScroll(): void {
    this.#measure();
    // Where rows are squeezed together, each pixel moves them.
    if (this.#scale.ratio > 1) this.requestUpdate();
  }

  protected override render(): TemplateResult {
    return html`<div
      class="frame"
      part="frame"
      tabindex="0"
      role="group"
      aria-label=${this.label || nothing}
      @scroll=${this.onScroll}
    >
      ${this.renderRows('list')}
    </div>`;
  }
}

VirtualScrollerCell.define('skin-virtual-scroller');

declare global {
  interface HTMLElementTagNameMap {
    'skin-virtual-scroller': VirtualScrollerCell;
  }
}
