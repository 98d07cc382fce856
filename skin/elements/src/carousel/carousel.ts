import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { localeOf, term } from '../base/terms.ts';
import { carouselStyles } from './carousel.styles.ts';
import { Rotation } from './rotation.ts';
import { SlideCell } from './slide.ts';
import { likesMotion, Track } from './track.ts';

declare module '../base/terms.ts' {
  interface Terms {
    readonly carousel: string;
    readonly slides: string;
    readonly slideOf: string;
    readonly play: string;
    readonly pauseSlides: string;
  }
}

/** Detail of `slide-change`: the first slide that is seen, from 0. */
export interface SlideChange {
  readonly index: number;
}

const whole = (value: unknown, least: number): number => Math.max(least, Math.trunc(Number(value)) || 0);
const mostDots = 12;

/**
 * Carousel: slides in a row, of which a few are seen. It is a scrolling frame that snaps, so that fingers, wheels and
 * pages without script move it; buttons, dots, arrow keys, Home, End and the mouse do too. With `autoplay` it goes on by
 * itself until the pointer or the focus is in it, and never where the user asks for less motion.
 *
 * @tag skin-carousel
 * @slot - `<skin-slide>` elements.
 * @fires slide-change - When another slide has come first; detail: `{ index }`.
 * @csspart frame - The scrolling frame.
 * @csspart controls - Around the buttons.
 * @csspart button - A button.
 * @csspart dot - A dot.
 * @cssprop --skin-slides-per-view - How many slides are seen at once, in place of `per-view`: a media query may set it.
 * @cssprop --skin-gap - Space between slides.
 * @cssState dragging - The slides are being dragged.
 * @cssState playing - It goes on by itself.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/carousel/
 */
export class CarouselCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, carouselStyles];
  static override properties: PropertyDeclarations = {
    index: { type: Number },
    perView: { type: Number, attribute: 'per-view' },
    perMove: { type: Number, attribute: 'per-move' },
    loop: { type: Boolean },
    autoplay: { type: Boolean },
    interval: { type: Number },
    orientation: { reflect: true, useDefault: true },
    pagination: {},
    label: {},
    playing: { state: true },
    news: { state: true },
    seen: { state: true },
  };

  /** The first slide that is seen, from 0. */
  declare index: number;
  /** How many slides are seen at once. Default 1. */
  declare perView: number;
  /** How many slides a button moves it on. Default 1. */
  declare perMove: number;
  /** Whether the first slide follows the last. */
  declare loop: boolean;
  /** Whether it goes on by itself. */
  declare autoplay: boolean;
  /** Milliseconds that a slide stays, with `autoplay`. Default 5000, at least 1000. */
  declare interval: number;
  /** Direction in which the slides follow one another. With `vertical`, give it a height. Default `horizontal`. */
  declare orientation: 'horizontal' | 'vertical';
  /** What tells the place: `dots` (a number where there are many), `count` or `none`. Default `dots`. */
  declare pagination: 'dots' | 'count' | 'none';
  /** Accessible name. */
  declare label: string;
  declare protected playing: boolean;
  declare protected news: string;
  declare protected seen: number;
  readonly #track: Track = new Track(this);
  readonly #rotation: Rotation = new Rotation(() => this.#step(1, true));
  /** Fingers and wheels lead it elsewhere. */
  readonly #taken = { handleEvent: (): number => (this.#track.target = -1), passive: true };
  #settle: ReturnType<typeof setTimeout> | undefined;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.index = 0;
    this.perView = 1;
    this.perMove = 1;
    this.loop = false;
    this.autoplay = false;
    this.interval = 5000;
    this.orientation = 'horizontal';
    this.pagination = 'dots';
    this.label = '';
    this.playing = false;
    this.news = '';
    this.seen = 0;
  }

  /** Goes to the next slide. */
  next(): void {
    this.#step(1);
  }

  /** Goes to the slide before. */
  previous(): void {
    this.#step(-1);
  }

  /** Goes on by itself, also where the user asks for less motion. */
  play(): void {
    this.playing = true;
  }

  /** Stays where it is. */
  pause(): void {
    this.playing = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer ??= new ResizeObserver(() => this.#measure());
    this.#observer.observe(this);
    this.requestUpdate('playing');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#rotation.run(false, 0);
    this.#observer?.disconnect();
    this.#rest();
  }

  /** The last place that it can stand at. */
  get #last(): number {
    return this.#track.slides.length - this.seen;
  }
  get #here(): number {
    return Math.min(this.#last, whole(this.index, 0));
  }
  get #nearest(): number {
    return Math.min(this.#last, this.#track.nearest);
  }
  /** The places that it moves through. */
  get #stops(): readonly number[] {
    const move = whole(this.perMove, 1);
    const count = Math.ceil(this.#last / move) + 1;
    return Array.from({ length: count }, (_, at) => Math.min(this.#last, at * move));
  }

  #step(way: 1 | -1, isByItself = false): void {
    const stops = this.#stops;
    const here = this.#here;
    const next = way > 0 ? stops.find((at) => at > here) : stops.findLast((at) => at < here);
    if (next !== undefined) this.#go(next, isByItself);
    else if ((this.loop || isByItself) && this.#last > 0) this.#goRound(way, isByItself);
  }

  /** Goes past an end: for that time the first slides stand behind the last. */
  #goRound(way: 1 | -1, isByItself: boolean): void {
    if (likesMotion()) {
      this.#rest();
      this.#track.goRound(this.seen);
      if (way < 0) this.#track.scrollTo(0, true);
    }
    this.#go(way > 0 ? 0 : this.#last, isByItself);
  }

  #rest(): void {
    clearTimeout(this.#settle);
    this.#track.rest(this.#here);
  }

  #go(index: number, isByItself = false): void {
    this.#note(index);
    this.#track.scrollTo(index);
    if (!isByItself) this.news = this.#placeOf(index);
  }

  #note(index: number): void {
    if (index === this.index) return;
    this.index = index;
    this.emit<SlideChange>('slide-change', { index });
  }

  #placeOf(index: number): string {
    const locale = localeOf(this);
    const numbers = [index + 1, this.#track.slides.length].map((one) => one.toLocaleString(locale));
    return term(this, 'slideOf', '# of #').replace(/#/g, () => numbers.shift() ?? '');
  }

  #scrolled(): void {
    clearTimeout(this.#settle);
    // Where the browser tells of no end of scrolling.
    this.#settle = setTimeout(() => this.#ended(), 150);
    this.#follow();
  }

  #follow(): void {
    const nearest = this.#nearest;
    if (this.#track.target < 0 && nearest >= 0) this.#note(nearest);
  }

  #ended(): void {
    // What ended may be the scroll before, or a pause of a busy page.
    if (this.matches(':state(dragging)') || this.#track.scrollTo(this.#track.target)) return;
    this.#rest();
    this.#follow();
  }

  /** Takes stock of how many slides there is room for. */
  #measure(): void {
    this.seen = this.#track.room;
    if (this.#track.target < 0) this.#track.scrollTo(this.#here, true);
  }

  #collect(): void {
    const slot = this.renderRoot.querySelector('slot');
    this.#track.slides = (slot?.assignedElements({ flatten: true }) ?? []).filter((one) => one instanceof SlideCell);
    this.#measure();
    this.requestUpdate();
  }

  #keydown(event: KeyboardEvent): void {
    if (event.target !== this.#track.frame || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const { isVertical, isRtl } = this.#track;
    const keys = isVertical ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
    if (isRtl) keys.reverse();
    const { key } = event;
    if (key === keys[0]) this.previous();
    else if (key === keys[1]) this.next();
    else if (key === 'Home') this.#go(0);
    else if (key === 'End') this.#go(this.#last);
    else return;
    event.preventDefault();
  }

  async #pointerDown(event: PointerEvent): Promise<void> {
    if (event.pointerType === 'touch' || event.button !== 0) return;
    const { startDrag } = await import('./drag.ts');
    startDrag(event, this.#track, {
      begin: () => {
        this.#rest();
        this.setState('dragging', true);
      },
      end: (way) => {
        this.setState('dragging', false);
        this.#go(Math.max(0, Math.min(this.#last, this.#track.nearest + way)));
        if (this.#track.target < 0) this.#rest();
      },
    });
  }

  /** Whoever works in it is not hurried on. */
  #focusIn(event: FocusEvent): void {
    if ((event.target as Element).id !== 'play') this.playing = false;
  }

  protected override updated(changed: PropertyValues): void {
    this.#track.frame = this.renderRoot.querySelector('.frame');
    if (changed.has('autoplay')) this.playing = this.autoplay && likesMotion();
    this.setState('playing', this.playing);
    if (changed.has('playing') || changed.has('interval'))
      this.#rotation.run(this.playing && this.isConnected, this.interval);
    if (changed.has('perView') || changed.has('orientation')) this.#collect();
    const here = this.#here;
    const { target } = this.#track;
    if (changed.has('index') && (target < 0 ? this.#nearest : target) !== here) this.#track.scrollTo(here);
    for (const [at, slide] of this.#track.slides.entries()) {
      slide.place = this.#placeOf(at);
      slide.inert = at < here || at >= here + this.seen;
    }
  }

  #button(id: string, label: string, path: string, press: () => void, isOff = false): TemplateResult {
    return html`<button
      id=${id}
      type="button"
      part="button"
      aria-label=${label}
      aria-disabled=${isOff ? 'true' : nothing}
      @click=${press}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>
    </button>`;
  }

  #place(): TemplateResult | typeof nothing {
    const here = this.#here;
    const stops = this.#stops;
    if (this.pagination === 'none') return nothing;
    if (this.pagination === 'count' || stops.length > mostDots)
      return html`<bdi part="count">${this.#placeOf(here)}</bdi>`;
    const current = stops.findLast((at) => at <= here);
    return html`<div class="dots" role="group" aria-label=${term(this, 'slides', 'Slides')}>
      ${stops.map(
        (at) =>
          html`<button
            type="button"
            part="dot"
            aria-label=${this.#placeOf(at)}
            aria-current=${at === current ? 'true' : nothing}
            @click=${() => this.#go(at)}
          ></button>`,
      )}
    </div>`;
  }

  protected override render(): TemplateResult {
    const { playing, loop } = this;
    const here = this.#here;
    const last = this.#last;
    return html`<section
      aria-roledescription=${term(this, 'carousel', 'carousel')}
      aria-label=${this.label || term(this, 'slides', 'Slides')}
      @pointerenter=${() => this.#rotation.hold(true)}
      @pointerleave=${() => this.#rotation.hold(false)}
      @focusin=${this.#focusIn}
    >
      <div class="bar" part="controls" ?hidden=${last === 0}>
        ${
          this.autoplay
            ? this.#button(
                'play',
                playing ? term(this, 'pauseSlides', 'Pause') : term(this, 'play', 'Play'),
                playing ? 'M8 5v14M16 5v14' : 'M8 5l11 7-11 7z',
                () => (this.playing = !playing),
              )
            : nothing
        }
        ${this.#button('back', term(this, 'previous', 'Previous'), 'M15 6l-6 6 6 6', () => this.previous(), !loop && here <= 0)}
        ${this.#place()}
        ${this.#button('on', term(this, 'next', 'Next'), 'M9 6l6 6-6 6', () => this.next(), !loop && here >= last)}
      </div>
      <div
        class="frame"
        part="frame"
        tabindex="0"
        role="group"
        aria-label=${term(this, 'slides', 'Slides')}
        style=${`--_per:${Math.min(20, whole(this.perView, 1))}`}
        @scroll=${this.#scrolled}
        @scrollend=${this.#ended}
        @keydown=${this.#keydown}
        @pointerdown=${this.#pointerDown}
        @wheel=${this.#taken}
        @touchstart=${this.#taken}
        @dragstart=${(event: Event) => event.preventDefault()}
      >
        <slot @slotchange=${this.#collect}></slot>
      </div>
      <output>${this.news}</output>
    </section>`;
  }
}

CarouselCell.define('skin-carousel');

declare global {
  interface HTMLElementTagNameMap {
    'skin-carousel': CarouselCell;
  }
}
