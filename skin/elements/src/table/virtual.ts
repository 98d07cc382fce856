import { type Squeezed, squeeze } from '../base/squeeze.ts';
import { RowHeights } from './heights.ts';

/** Rows that are drawn before and after those that are seen. */
const spare = 6;

/** What is drawn: a row, or the room of rows that are not. */
export type Drawn = { readonly row: number } | { readonly gap: number };

/** Which of very many rows of any height are drawn as a frame scrolls, and where they stand. */
export class VirtualRows {
  #heights = new RowHeights(0, 40);
  #estimate = 0;
  #fixed: number | undefined;
  #top = 0;
  #view = 400;

  /** Takes another number of rows; their heights are measured anew. A height that is given is that of each row. */
  reset(count: number, fixed: number | undefined): void {
    this.#fixed = fixed;
    this.#heights = new RowHeights(count, fixed ?? (this.#estimate || 40));
  }

  /** How many rows there are. */
  get count(): number {
    return this.#heights.count;
  }

  /** Height of the part of the frame in which rows are seen. */
  get view(): number {
    return this.#view;
  }

  get #scale(): Squeezed {
    return squeeze(this.#heights.total, this.#view);
  }

  /** Tells where the frame has been scrolled to; gives whether other rows are to be drawn. */
  look(scrollTop: number, view: number): boolean {
    const before = this.range;
    const squeezed = this.#scale.ratio > 1 && scrollTop !== this.#top;
    this.#top = Math.max(0, scrollTop);
    this.#view = Math.max(0, view);
    const { first, end } = this.range;
    return squeezed || first !== before.first || end !== before.end;
  }

  /** The rows that are seen: the first, and the one after the last. */
  get seen(): { readonly first: number; readonly end: number } {
    const top = this.#top * this.#scale.ratio;
    const first = this.#heights.indexAt(top);
    return { first, end: Math.min(this.count, this.#heights.indexAt(top + this.#view) + 1) };
  }

  /** The rows that are drawn: those that are seen, and a few beside them. */
  get range(): { readonly first: number; readonly end: number } {
    const { first, end } = this.seen;
    return { first: Math.max(0, first - spare), end: Math.min(this.count, end + spare) };
  }

  /** What stands in the table, from top to bottom; rows in `also` are drawn wherever they are. */
  drawn(also: readonly number[] = []): readonly Drawn[] {
    const { first, end } = this.range;
    const rows = Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at);
    for (const row of also) if (row >= 0 && row < this.count && (row < first || row >= end)) rows.push(row);
    rows.sort((a, b) => a - b);
    const { total, ratio } = this.#scale;
    // Where rows are squeezed together, each pixel moves them.
    const shift = this.#top * (ratio - 1);
    const list: Drawn[] = [];
    let at = 0;
    for (const row of rows) {
      const start = Math.max(0, this.#heights.offset(row) - shift);
      if (start > at) list.push({ gap: start - at });
      list.push({ row });
      at = Math.max(at, start) + this.heightOf(row);
    }
    if (total > at) list.push({ gap: total - at });
    return list;
  }

  /** Height of a row, as far as it is known. */
  heightOf(index: number): number {
    return this.#heights.offset(index + 1) - this.#heights.offset(index);
  }

  /** Takes the heights of rows that are drawn; gives by how many pixels the rows before the seen ones have grown. */
  measure(heights: readonly (readonly [index: number, height: number])[]): { moved: number; isChanged: boolean } {
    if (this.#fixed !== undefined || heights.length === 0) return { moved: 0, isChanged: false };
    if (this.#estimate === 0) {
      this.#estimate = heights.reduce((sum, [, height]) => sum + height, 0) / heights.length;
      this.reset(this.count, undefined);
    }
    const { first } = this.seen;
    let moved = 0;
    let isChanged = false;
    for (const [index, height] of heights) {
      const more = this.#heights.set(index, height);
      if (more !== 0) isChanged = true;
      if (index < first) moved += more;
    }
    return { moved: this.#top > 0 ? moved : 0, isChanged };
  }

  /** Where to scroll so that a row is seen in full; undefined where it is. */
  scrollTo(index: number): number | undefined {
    const { ratio } = this.#scale;
    const start = this.#heights.offset(index);
    const end = start + this.heightOf(index);
    const top = this.#top * ratio;
    if (start < top) return start / ratio;
    return end > top + this.#view ? (end - this.#view) / ratio : undefined;
  }

  /** How far a row is above the upper edge, in pixels of rows. */
  above(index: number): number {
    return this.#top * this.#scale.ratio - this.#heights.offset(index);
  }

  /** Where to scroll so that a row is that far above the upper edge. */
  hold(index: number, above: number): number {
    return Math.max(0, (this.#heights.offset(index) + above) / this.#scale.ratio);
  }
}
