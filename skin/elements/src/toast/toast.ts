import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Tone } from '../badge/badge.ts';
import { SkinCell } from '../base/skin-cell.ts';

/** Options of a {@link toast}. */
export interface ToastOptions {
  /** Default `neutral`; `danger` is announced at once. */
  readonly tone?: Tone;
  /** Milliseconds it stays; the time stands still while the pointer or the focus is on it. 0: until dismissed. Default 6000. */
  readonly durationMs?: number;
}

/**
 * Message that passes: shown for a while in a corner of the page, see {@link toast}.
 *
 * @tag skin-toast
 * @slot - The message.
 * @fires dismiss - When it has gone.
 */
export class ToastCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: flex;
        align-items: flex-start;
        gap: 0.75rem;
        min-inline-size: 14rem;
        max-inline-size: min(26rem, 92vw);
        padding: 0.75rem 0.6rem 0.75rem 1rem;
        pointer-events: auto;
        background: var(--_surface);
        border: 1px solid var(--_border);
        border-inline-start: 4px solid var(--_text-muted);
        border-radius: var(--_radius);
        box-shadow: var(--_shadow-large);
        animation: arrive 0.2s ease-out;
      }
      @keyframes arrive {
        from {
          opacity: 0;
          translate: 0 12px;
        }
      }
      :host([tone='success']) {
        border-inline-start-color: var(--_success-text);
      }
      :host([tone='info']) {
        border-inline-start-color: var(--_info-text);
      }
      :host([tone='warning']) {
        border-inline-start-color: var(--_warning-text);
      }
      :host([tone='danger']) {
        border-inline-start-color: var(--_danger);
      }
      .text {
        flex: 1;
        padding-block: 0.15rem;
        overflow-wrap: anywhere;
      }
      button {
        display: grid;
        place-items: center;
        inline-size: 1.75rem;
        block-size: 1.75rem;
        padding: 0;
        color: var(--_text-muted);
        background: none;
        border: 0;
        border-radius: var(--_radius);
        cursor: pointer;
      }
      button:hover {
        color: var(--_text);
        background: color-mix(in oklab, var(--_text) 9%, transparent);
      }
      svg {
        inline-size: 1rem;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2;
        stroke-linecap: round;
      }
      @media (prefers-reduced-motion: reduce) {
        :host {
          animation: none;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    tone: { reflect: true },
    durationMs: { type: Number, attribute: 'duration-ms' },
  };

  declare tone: Tone;
  declare durationMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.tone = 'neutral';
    this.durationMs = 6000;
    for (const type of ['pointerenter', 'focusin']) this.addEventListener(type, () => this.#hold());
    for (const type of ['pointerleave', 'focusout']) this.addEventListener(type, () => this.#run());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#run();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#hold();
  }

  #hold(): void {
    clearTimeout(this.#timer);
  }

  #run(): void {
    this.#hold();
    if (this.durationMs > 0) this.#timer = setTimeout(() => this.dismiss(), this.durationMs);
  }

  /** Takes it away. */
  dismiss(): void {
    this.emit('dismiss');
    this.remove();
  }

  protected override render(): TemplateResult {
    return html`<div class="text"><slot></slot></div>
      <button type="button" aria-label="Dismiss" @click=${() => this.dismiss()}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg>
      </button>`;
  }
}

ToastCell.define('skin-toast');

const regionOf = (urgency: 'polite' | 'assertive'): HTMLElement => {
  const id = `skin-toasts-${urgency}`;
  const known = document.getElementById(id);
  if (known !== null) return known;
  const region = document.createElement('div');
  region.id = id;
  // A live region must be there before its first message, or some screen readers miss that one.
  region.setAttribute('role', urgency === 'polite' ? 'status' : 'alert');
  region.style.cssText =
    'position:fixed;inset:auto 1rem 1rem auto;z-index:2147483000;display:grid;gap:.6rem;justify-items:end;pointer-events:none;margin:0;padding:0;border:0;background:none;overflow:visible';
  document.body.append(region);
  return region;
};

/**
 * Shows a message in a corner of the page.
 *
 * @param message Plain text; never read as markup.
 */
export const toast = (message: string, options: ToastOptions = {}): ToastCell => {
  const element = document.createElement('skin-toast');
  element.tone = options.tone ?? 'neutral';
  element.durationMs = options.durationMs ?? 6000;
  element.textContent = message;
  regionOf(options.tone === 'danger' ? 'assertive' : 'polite').append(element);
  return element;
};

declare global {
  interface HTMLElementTagNameMap {
    'skin-toast': ToastCell;
  }
}
