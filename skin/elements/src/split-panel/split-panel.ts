import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { splitPanelStyles } from './split-panel.styles.ts';

const percent = (value: unknown, otherwise: number): number => {
  const number = Number(value);
  return value === null || !Number.isFinite(number) ? otherwise : Math.max(0, Math.min(100, number));
};

/**
 * Split panel: two contents, and a separator between them that can be moved by arrow keys, Home and End, pointer and
 * finger. Enter closes the first panel and opens it again.
 *
 * @tag skin-split-panel
 * @slot start - The first content.
 * @slot end - The second content.
 * @fires input - While the user moves the separator; detail: `{ position }`.
 * @fires change - When the user has moved it; detail: `{ position }`.
 * @csspart start - Around the first content.
 * @csspart separator - The line that can be moved.
 * @csspart end - Around the second content.
 * @cssState dragging - The separator is being moved by pointer.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/windowsplitter/
 */
export class SplitPanelCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, splitPanelStyles];
  static override properties: PropertyDeclarations = {
    position: { type: Number },
    min: { type: Number },
    max: { type: Number },
    step: { type: Number },
    orientation: { reflect: true, useDefault: true },
    label: {},
    disabled: { type: Boolean, reflect: true },
  };

  /** Share of the first panel, in percent. Default 50. */
  declare position: number;
  /** Least share of the first panel, in percent. Default 0. */
  declare min: number;
  /** Greatest share of the first panel, in percent. Default 100. */
  declare max: number;
  /** How far an arrow key moves it, in percent. Default 2; with Shift five times as far. */
  declare step: number;
  /** Whether the panels stand beside (`horizontal`) or below one another. Default `horizontal`. */
  declare orientation: 'horizontal' | 'vertical';
  /** Accessible name of the separator: what the first panel holds. */
  declare label: string;
  /** Whether it can't be moved. */
  declare disabled: boolean;
  #restore: number | undefined;
  #before: number | undefined;
  #grip = 0;

  constructor() {
    super();
    this.position = 50;
    this.min = 0;
    this.max = 100;
    this.step = 2;
    this.orientation = 'horizontal';
    this.label = '';
    this.disabled = false;
  }

  get #bounds(): readonly [number, number] {
    const min = percent(this.min, 0);
    return [min, Math.max(min, percent(this.max, 100))];
  }

  get #share(): number {
    const [min, max] = this.#bounds;
    return Math.max(min, Math.min(max, percent(this.position, 50)));
  }

  #moveTo(position: number): boolean {
    const [min, max] = this.#bounds;
    const next = Math.round(Math.max(min, Math.min(max, position)) * 100) / 100;
    if (next === this.#share) return false;
    this.position = next;
    this.emit('input', { position: next });
    return true;
  }

  #tellChange(): void {
    this.emit('change', { position: this.position });
  }

  #keydown(event: KeyboardEvent): void {
    if (this.disabled || event.ctrlKey || event.altKey || event.metaKey) return;
    const [min, max] = this.#bounds;
    const isVertical = this.orientation === 'vertical';
    const keys = isVertical ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
    if (!isVertical && this.matches(':dir(rtl)')) keys.reverse();
    const step = percent(this.step, 2) * (event.shiftKey ? 5 : 1);
    const position = this.#share;
    const { key } = event;
    let next: number;
    if (key === keys[0]) next = position - step;
    else if (key === keys[1]) next = position + step;
    else if (key === 'Home') next = min;
    else if (key === 'End') next = max;
    else if (key === 'Enter') {
      next = position > min ? min : (this.#restore ?? Math.min(50, max));
      if (position > min) this.#restore = position;
    } else return;
    event.preventDefault();
    if (this.#moveTo(next)) this.#tellChange();
  }

  /** Where a pointer is, in pixels from the start of the element. */
  #along(event: PointerEvent): { readonly at: number; readonly size: number } {
    const { left, right, top, width, height } = this.getBoundingClientRect();
    if (this.orientation === 'vertical') return { at: event.clientY - top, size: height };
    return { at: this.matches(':dir(rtl)') ? right - event.clientX : event.clientX - left, size: width };
  }

  #pointerDown(event: PointerEvent): void {
    if (this.disabled || event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    const { at, size } = this.#along(event);
    this.#before = this.#share;
    // The line stays where it is under the pointer.
    this.#grip = at - (size * this.#before) / 100;
    this.setState('dragging', true);
  }

  #pointerMove(event: PointerEvent): void {
    if (this.#before === undefined) return;
    const { at, size } = this.#along(event);
    if (size > 0) this.#moveTo(((at - this.#grip) / size) * 100);
  }

  #pointerEnd(event: Event): void {
    const before = this.#before;
    if (before === undefined) return;
    this.#before = undefined;
    this.setState('dragging', false);
    if (event.type === 'pointercancel') this.#moveTo(before);
    else if (before !== this.#share) this.#tellChange();
  }

  protected override updated(): void {
    this.style.setProperty('--_at', `calc((100% - 0.5rem) * ${this.#share / 100})`);
  }

  protected override render(): TemplateResult {
    const position = this.#share;
    const [min, max] = this.#bounds;
    return html`<div id="start" class="panel" part="start"><slot name="start"></slot></div>
      <div
        role="separator"
        part="separator"
        tabindex=${this.disabled ? nothing : 0}
        aria-label=${this.label || nothing}
        aria-orientation=${this.orientation === 'vertical' ? 'horizontal' : 'vertical'}
        aria-controls="start"
        aria-valuenow=${Math.round(position)}
        aria-valuemin=${min}
        aria-valuemax=${max}
        @keydown=${this.#keydown}
        @pointerdown=${this.#pointerDown}
        @pointermove=${this.#pointerMove}
        @pointerup=${this.#pointerEnd}
        @pointercancel=${this.#pointerEnd}
      ></div>
      <div class="panel" part="end"><slot name="end"></slot></div>`;
  }
}

SplitPanelCell.define('skin-split-panel');

declare global {
  interface HTMLElementTagNameMap {
    'skin-split-panel': SplitPanelCell;
  }
}
