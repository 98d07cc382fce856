import {
  css,
  type CSSResultGroup,
  html,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { anchoredStyles, showBeside } from '../base/anchored.ts';
import type { Placement } from '../base/place.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { describe, firstIn } from '../base/trigger.ts';

/**
 * Tooltip: a short description of what it stands around, on focus and under the pointer. It stays while the pointer is
 * on it, and goes on Escape. It describes and never names: an icon button needs its own label.
 *
 * @tag skin-tooltip
 * @slot - What it describes.
 * @csspart bubble - The bubble.
 * @see https://www.w3.org/WAI/WCAG22/Understanding/content-on-hover-or-focus.html
 */
export class TooltipCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    anchoredStyles,
    css`
      :host {
        display: inline-block;
      }
      :host(:not([placement])) [popover] {
        position-area: block-start;
      }
      [popover] {
        inline-size: max-content;
        max-inline-size: min(18rem, calc(100vw - 1rem));
        padding: 0.3rem 0.6rem;
        font-size: var(--_font-size-small);
        color: var(--_surface);
        background: var(--_text);
        border-color: transparent;
        overflow-wrap: anywhere;
      }
      @media (forced-colors: active) {
        [popover] {
          color: CanvasText;
          background: Canvas;
          border-color: CanvasText;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    text: {},
    placement: { reflect: true, useDefault: true },
    delayMs: { type: Number, attribute: 'delay-ms' },
  };

  /** What it says. */
  declare text: string;
  /** Where it stands. Default `top`. */
  declare placement: Placement;
  /** Milliseconds that the pointer rests before it shows. Default 300. */
  declare delayMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.text = '';
    this.placement = 'top';
    this.delayMs = 300;
    this.addEventListener('pointerenter', () => this.#soon(true, this.delayMs));
    // Time to reach the bubble with the pointer.
    this.addEventListener('pointerleave', () => this.#soon(this.matches(':focus-within'), 100));
    this.addEventListener('focusin', () => this.#soon(true, 0));
    this.addEventListener('focusout', () => this.#soon(false, 0));
    this.addEventListener('click', () => this.#soon(false, 0));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#soon(false, 0);
    document.removeEventListener('keydown', this.#onKeydown, true);
  }

  /** Shows or hides it, after a while; what was due before is not done. */
  #soon(on: boolean, afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(on), afterMs);
  }

  #show(on: boolean): void {
    const bubble = this.renderRoot?.querySelector<HTMLElement>('[popover]');
    if (!bubble || !this.isConnected) return;
    document.removeEventListener('keydown', this.#onKeydown, true);
    if (!on || this.text === '') return bubble.hidePopover();
    document.addEventListener('keydown', this.#onKeydown, true);
    showBeside(bubble, this.#described ?? this, this.placement);
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    // It means the tooltip, not the dialog around it.
    event.preventDefault();
    event.stopPropagation();
    clearTimeout(this.#timer);
    this.#show(false);
  };

  get #described(): HTMLElement | undefined {
    return firstIn(this.renderRoot?.querySelector('slot'));
  }

  #describe(): void {
    if (this.#described !== undefined) describe(this.#described, this.text);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#describe();
    if (this.text === '') this.#show(false);
  }

  protected override render(): TemplateResult {
    return html`<slot @slotchange=${this.#describe}></slot>
      <div popover="manual" part="bubble" aria-hidden="true">${this.text}</div>`;
  }
}

TooltipCell.define('skin-tooltip');

declare global {
  interface HTMLElementTagNameMap {
    'skin-tooltip': TooltipCell;
  }
}
