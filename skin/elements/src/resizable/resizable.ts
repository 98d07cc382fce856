import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';
import { resizableStyles } from './resizable.styles.ts';

/** A size, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
type Side = keyof Size;

const isSize = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const fastest = 5;

/** What the browser keeps under a name, as far as it is a size. */
const recall = (name: string): Partial<Size> => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`skin-resizable:${name}`) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(
      Object.entries(kept).filter(([side, value]) => (side === 'width' || side === 'height') && isSize(value)),
    );
  } catch {
    return {};
  }
};

/**
 * Resizable box: its edges can be moved by pointer, finger and keys. Arrow keys move an edge by a step, with Shift by
 * five; Home and End go to the least and the greatest size; Enter or a double click gives it its own size back, Escape
 * ends a move by pointer without effect.
 *
 * @tag skin-resizable
 * @slot - The content.
 * @fires input - While the user moves an edge; detail: `{ width, height }`.
 * @fires change - When the user has moved it; detail: `{ width, height }`.
 * @csspart content - Around the content; it scrolls where it does not fit.
 * @csspart handle - A place to take hold of: of the width, the height, or both.
 * @cssState resizing - An edge is being moved by pointer.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/windowsplitter/
 */
export class ResizableCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, resizableStyles];
  static override properties: PropertyDeclarations = {
    axis: { reflect: true, useDefault: true },
    side: { reflect: true, useDefault: true },
    width: { type: Number },
    height: { type: Number },
    minWidth: { type: Number, attribute: 'min-width' },
    maxWidth: { type: Number, attribute: 'max-width' },
    minHeight: { type: Number, attribute: 'min-height' },
    maxHeight: { type: Number, attribute: 'max-height' },
    step: { type: Number },
    label: {},
    remember: {},
    disabled: { type: Boolean, reflect: true },
  };

  /** What can be changed: the width (`horizontal`), the height (`vertical`) or both. Default `horizontal`. */
  declare axis: 'horizontal' | 'vertical' | 'both';
  /** At which side the edge of the width is. Default `end`. */
  declare side: 'start' | 'end';
  /** Width in pixels; undefined for its own. */
  declare width: number | undefined;
  /** Height in pixels; undefined for its own. */
  declare height: number | undefined;
  /** Least width in pixels. Default 48. */
  declare minWidth: number;
  /** Greatest width in pixels; it is never wider than there is room. */
  declare maxWidth: number | undefined;
  /** Least height in pixels. Default 48. */
  declare minHeight: number;
  /** Greatest height in pixels. */
  declare maxHeight: number | undefined;
  /** How far an arrow key moves an edge, in pixels. Default 10; with Shift five times as far. */
  declare step: number;
  /** Accessible name of the edges: what is in the box. */
  declare label: string;
  /** Name under which the browser keeps the size; empty to forget it. */
  declare remember: string;
  /** Whether it keeps its size. */
  declare disabled: boolean;
  #grip: { readonly x: number; readonly y: number; readonly from: Size; readonly sides: readonly Side[] } | undefined;
  #before: readonly [width: number | undefined, height: number | undefined] = [undefined, undefined];

  constructor() {
    super();
    this.axis = 'horizontal';
    this.side = 'end';
    this.minWidth = 48;
    this.minHeight = 48;
    this.step = 10;
    this.label = '';
    this.remember = '';
    this.disabled = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#release();
  }

  protected override firstUpdated(): void {
    const { remember } = this;
    if (typeof remember !== 'string' || remember === '') return;
    const { width, height } = recall(remember);
    if (width !== undefined) this.width = width;
    if (height !== undefined) this.height = height;
  }

  get #now(): Size {
    const { width, height } = this.getBoundingClientRect();
    return { width: Math.round(width), height: Math.round(height) };
  }

  #bounds(side: Side): readonly [least: number, greatest: number] {
    const [min, max] = side === 'width' ? [this.minWidth, this.maxWidth] : [this.minHeight, this.maxHeight];
    const least = isSize(min) ? min : 0;
    const room = side === 'width' ? (this.parentElement?.clientWidth ?? innerWidth) : Infinity;
    const most = isSize(max) ? max : Math.max(innerHeight, this.#now.height);
    return [least, Math.max(least, side === 'width' && !isSize(max) ? room : Math.min(most, room))];
  }

  #set(side: Side, pixels: number): void {
    const [least, greatest] = this.#bounds(side);
    this[side] = Math.round(Math.max(least, Math.min(greatest, pixels)));
  }

  #tell(type: 'input' | 'change'): void {
    this.#apply();
    const size = this.#now;
    this.emit(type, size);
    const { remember } = this;
    if (type !== 'change' || typeof remember !== 'string' || remember === '') return;
    try {
      const { width, height } = this;
      if (width === undefined && height === undefined) localStorage.removeItem(`skin-resizable:${remember}`);
      else localStorage.setItem(`skin-resizable:${remember}`, JSON.stringify({ width, height }));
    } catch {
      // A browser that keeps nothing: the size holds as long as the page.
    }
  }

  #sign(side: Side): 1 | -1 {
    const isLeft = (this.side === 'start') !== this.matches(':dir(rtl)');
    return side === 'width' && isLeft ? -1 : 1;
  }

  #reset(sides: readonly Side[]): void {
    if (this.disabled) return;
    for (const side of sides) this[side] = undefined;
    this.#tell('input');
    this.#tell('change');
  }

  #keydown(event: KeyboardEvent, side: Side): void {
    if (this.disabled || event.ctrlKey || event.altKey || event.metaKey) return;
    const [less, more] = side === 'width' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const step = (isSize(this.step) ? this.step : 10) * (event.shiftKey ? fastest : 1) * this.#sign(side);
    const [least, greatest] = this.#bounds(side);
    const now = this.#now[side];
    const { key } = event;
    const next =
      key === less
        ? now - step
        : key === more
          ? now + step
          : key === 'Home'
            ? least
            : key === 'End'
              ? greatest
              : undefined;
    if (key === 'Enter') this.#reset([side]);
    else if (next === undefined) return;
    else {
      this.#set(side, next);
      if (this[side] !== now) {
        this.#tell('input');
        this.#tell('change');
      }
    }
    event.preventDefault();
  }

  #pointerDown(event: PointerEvent, sides: readonly Side[]): void {
    if (this.disabled || event.button !== 0 || this.#grip !== undefined) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.#before = [this.width, this.height];
    this.#grip = { x: event.clientX, y: event.clientY, from: this.#now, sides };
    this.setState('resizing', true);
    addEventListener('keydown', this.#escape, true);
  }

  #pointerMove(event: PointerEvent): void {
    const grip = this.#grip;
    if (grip === undefined) return;
    const old = [this.width, this.height];
    for (const side of grip.sides) {
      const moved = side === 'width' ? event.clientX - grip.x : event.clientY - grip.y;
      this.#set(side, grip.from[side] + moved * this.#sign(side));
    }
    if (old[0] !== this.width || old[1] !== this.height) this.#tell('input');
  }

  readonly #escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.#pointerEnd(false);
  };

  #release(): void {
    this.#grip = undefined;
    this.setState('resizing', false);
    removeEventListener('keydown', this.#escape, true);
  }

  #pointerEnd(holds: boolean): void {
    const grip = this.#grip;
    if (grip === undefined) return;
    this.#release();
    if (!holds) {
      [this.width, this.height] = this.#before;
      this.#tell('input');
    } else if (grip.from.width !== this.#now.width || grip.from.height !== this.#now.height) this.#tell('change');
  }

  /** At once, so that whoever listens finds the size it is told of. */
  #apply(): void {
    for (const side of ['width', 'height'] as const) {
      const axis = side === 'width' ? 'inline-size' : 'block-size';
      const isOn = this.axis === 'both' || (this.axis === 'vertical') === (side === 'height');
      const pixels: unknown = this[side];
      if (isSize(pixels) && isOn) this.style.setProperty(axis, `${pixels}px`);
      else this.style.removeProperty(axis);
    }
  }

  protected override updated(): void {
    this.#apply();
    const now = this.#now;
    for (const handle of this.renderRoot.querySelectorAll<HTMLElement>('[role=separator]')) {
      const side = handle.classList.contains('width') ? 'width' : 'height';
      const [least, greatest] = this.#bounds(side);
      const values = { valuenow: now[side], valuemin: least, valuemax: Math.max(greatest, now[side]) };
      for (const [name, value] of Object.entries(values)) handle.setAttribute(`aria-${name}`, String(value));
      handle.setAttribute('aria-valuetext', `${now[side]} px`);
    }
  }

  #handle(side: Side): TemplateResult {
    const [word, english] =
      side === 'width' ? (['resizeWidth', 'Width'] as const) : (['resizeHeight', 'Height'] as const);
    const name = term(this, word, english);
    return html`<div
      class="handle ${side}"
      part="handle"
      role="separator"
      tabindex=${this.disabled ? nothing : 0}
      aria-label=${this.label ? `${this.label}: ${name}` : name}
      aria-orientation=${side === 'width' ? 'vertical' : 'horizontal'}
      aria-controls="content"
      aria-valuenow="0"
      @focus=${() => this.requestUpdate()}
      @keydown=${(event: KeyboardEvent) => this.#keydown(event, side)}
      @dblclick=${() => this.#reset([side])}
      @pointerdown=${(event: PointerEvent) => this.#pointerDown(event, [side])}
      @pointermove=${this.#pointerMove}
      @pointerup=${() => this.#pointerEnd(true)}
      @pointercancel=${() => this.#pointerEnd(false)}
    ></div>`;
  }

  protected override render(): TemplateResult {
    const { axis } = this;
    const both = ['width', 'height'] as const;
    return html`<div id="content" class="content" part="content"><slot></slot></div>
      ${axis === 'vertical' ? nothing : this.#handle('width')}
      ${axis === 'vertical' || axis === 'both' ? this.#handle('height') : nothing}
      ${
        axis === 'both'
          ? // For the pointer only: the keys have the edges.
            html`<div
              class="handle corner"
              part="handle"
              aria-hidden="true"
              @dblclick=${() => this.#reset(both)}
              @pointerdown=${(event: PointerEvent) => this.#pointerDown(event, both)}
              @pointermove=${this.#pointerMove}
              @pointerup=${() => this.#pointerEnd(true)}
              @pointercancel=${() => this.#pointerEnd(false)}
            ></div>`
          : nothing
      }`;
  }
}

ResizableCell.define('skin-resizable');

declare global {
  interface HTMLElementTagNameMap {
    'skin-resizable': ResizableCell;
  }
}
