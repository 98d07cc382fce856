import type { SlideCell } from './slide.ts';

/** Whether the user asks for no less motion. */
export const likesMotion = (): boolean => !matchMedia('(prefers-reduced-motion: reduce)').matches;

/** What a frame stands in. */
interface Host {
  readonly orientation: string;
  matches(selector: string): boolean;
}

/** The scrolling frame of a carousel, and the slides in it. */
export class Track {
  readonly #host: Host;
  frame: HTMLElement | null = null;
  slides: readonly SlideCell[] = [];
  /** The slide that it is on its way to, or -1. */
  target = -1;

  constructor(host: Host) {
    this.#host = host;
  }

  get isVertical(): boolean {
    return this.#host.orientation === 'vertical';
  }
  get isRtl(): boolean {
    return !this.isVertical && this.#host.matches(':dir(rtl)');
  }
  /** What its positions and its sizes are called. */
  get #words(): readonly ['Top' | 'Left', 'Height' | 'Width'] {
    return this.isVertical ? ['Top', 'Height'] : ['Left', 'Width'];
  }

  /** Pixels from the start of the frame to that of a slide, the way that scroll positions count. */
  distance(slide: Element): number {
    if (this.frame === null) return 0;
    const box = slide.getBoundingClientRect();
    const around = this.frame.getBoundingClientRect();
    if (this.isVertical) return box.top - around.top;
    return this.isRtl ? box.right - around.right : box.left - around.left;
  }

  /** Pixels from one slide to the next. */
  get pitch(): number {
    const [first, second] = this.slides;
    return first === undefined || second === undefined ? 0 : this.distance(second) - this.distance(first);
  }

  /** How many slides there is room for. */
  get room(): number {
    const [, size] = this.#words;
    const { frame, pitch, slides } = this;
    const [first] = slides;
    if (frame === null || first === undefined) return slides.length;
    const others = (frame[`client${size}`] - first[`offset${size}`] + 2) / Math.abs(pitch);
    return Math.min(slides.length, Math.max(0, Math.floor(others)) + 1);
  }

  /** The slide that is nearest to the start of the frame, or -1. */
  get nearest(): number {
    const ways = this.slides.map((slide) => Math.abs(this.distance(slide)));
    return ways.indexOf(Math.min(...ways));
  }

  /**
   * Scrolls to a slide as far as the frame goes, wherever it is on its way to; at once where the user asks for less
   * motion.
   *
   * @returns false when it is there, or there is no such slide.
   */
  scrollTo(index: number, isAtOnce = false): boolean {
    const { frame } = this;
    const slide = this.slides[index];
    if (frame === null || slide === undefined) return false;
    const [side, size] = this.#words;
    const at = frame[`scroll${side}`];
    const goal = Math.min(frame[`scroll${size}`] - frame[`client${size}`], Math.abs(at + this.distance(slide)));
    const to = this.isRtl ? -goal : goal;
    // A step of less than a pixel would snap to the next slide in its direction.
    const isThere = Math.abs(to - at) < 1;
    if (isThere && this.target < 0) return false;
    const behavior = isAtOnce || !likesMotion() ? 'instant' : 'smooth';
    this.target = behavior === 'smooth' ? index : -1;
    frame.scrollTo({ [side.toLowerCase()]: isThere ? at : to, behavior });
    return !isThere;
  }

  /** Puts the first slides behind the last, to go on there; `rest` puts them back. */
  goRound(count: number): void {
    const way = this.pitch * this.slides.length;
    for (const { style } of this.slides.slice(0, count)) style.translate = this.isVertical ? `0 ${way}px` : `${way}px`;
  }

  /** Ends what was under way; the slide that it led to stays where it is seen. */
  rest(index: number): void {
    this.target = -1;
    this.frame?.style.removeProperty('scroll-snap-type');
    const moved = this.slides.filter(({ style }) => style.translate !== '');
    for (const { style } of moved) style.translate = '';
    if (moved.length > 0) this.scrollTo(index, true);
  }
}
