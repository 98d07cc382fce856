import { type CSSResultGroup, html, nothing, type PropertyDeclarations, svg, type TemplateResult } from 'lit';
import type { Tone } from '../badge/badge.ts';
import { toneMarks } from '../base/marks.ts';
import { panelStyles } from '../base/panel.styles.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';
import { toneStyles } from '../base/tone.styles.ts';
import { Countdown } from './countdown.ts';
import { addToast } from './region.ts';
import { toastStyles } from './toast.styles.ts';

/** Options of a {@link toast}. */
export interface ToastOptions {
  /** Default `neutral`; `danger` is announced at once. */
  readonly tone?: Tone;
  /** Milliseconds it stays; the time stands still while the pointer or the focus is on it. 0: until dismissed. Default 6000. */
  readonly durationMs?: number;
  /** Button in the message, such as “Undo”. Pressing it dismisses the message. */
  readonly action?: { readonly label: string; readonly run: () => void };
}

/**
 * Message that passes: shown for a while in a corner of the page, see {@link toast}.
 *
 * @tag skin-toast
 * @slot - The message.
 * @csspart text - Around the message.
 * @csspart action - The button in the message.
 * @csspart dismiss - The button that dismisses it.
 * @fires action - When the button in the message was pressed.
 * @fires dismiss - When it has gone.
 */
export class ToastCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, panelStyles, toneStyles, toastStyles];
  static override properties: PropertyDeclarations = {
    tone: { reflect: true, useDefault: true },
    durationMs: { type: Number, attribute: 'duration-ms' },
    actionLabel: { attribute: 'action-label' },
  };

  /** What its colour and mark say. Default `neutral`. */
  declare tone: Tone;
  /** Milliseconds it stays, counted from when it is shown; 0: until dismissed. Default 6000. */
  declare durationMs: number;
  /** Text of the button in the message; without one there is none. */
  declare actionLabel: string;
  #countdown: Countdown | undefined;
  #cameFrom: HTMLElement | undefined;

  constructor() {
    super();
    this.tone = 'neutral';
    this.durationMs = 6000;
    this.actionLabel = '';
    this.addEventListener('pointerenter', () => this.#countdown?.hold('pointer'));
    this.addEventListener('pointerleave', () => this.#countdown?.release('pointer'));
    this.addEventListener('focusin', (event) => {
      this.#countdown?.hold('focus');
      const from = event.relatedTarget;
      if (from instanceof HTMLElement && !(from instanceof ToastCell)) this.#cameFrom = from;
    });
    this.addEventListener('focusout', () => this.#countdown?.release('focus'));
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      // It means the message, not the dialog around it.
      event.preventDefault();
      event.stopPropagation();
      this.dismiss();
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.#countdown ??= new Countdown(this.durationMs, () => this.dismiss());
    this.#onVisibility();
    this.#countdown.run();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#onVisibility);
    this.#countdown?.stop();
  }

  /** What nobody sees is not read meanwhile. */
  readonly #onVisibility = (): void => {
    if (document.hidden) this.#countdown?.hold('hidden');
    else this.#countdown?.release('hidden');
  };

  /** Takes it away. The focus, if it was here, goes to another message, or back to where it came from. */
  dismiss(): void {
    if (!this.isConnected) return;
    const hadFocus = this.matches(':focus-within');
    const others = [...(this.closest('[popover]')?.querySelectorAll('skin-toast') ?? [])].filter((one) => one !== this);
    this.emit('dismiss');
    this.remove();
    if (!hadFocus) return;
    const next = others.at(-1);
    if (next === undefined) this.#cameFrom?.focus();
    else {
      if (this.#cameFrom !== undefined) next.#cameFrom = this.#cameFrom;
      next.shadowRoot?.querySelector<HTMLElement>('.dismiss')?.focus();
    }
  }

  #act(): void {
    this.emit('action');
    this.dismiss();
  }

  protected override render(): TemplateResult {
    const mark = this.tone === 'neutral' ? undefined : toneMarks[this.tone];
    return html`${
        mark === undefined
          ? nothing
          : html`<span class="mark"><svg viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${mark} />`}</svg></span>`
      }
      <div class="text" part="text"><slot></slot></div>
      ${
        this.actionLabel
          ? html`<button type="button" class="action" part="action" @click=${this.#act}>${this.actionLabel}</button>`
          : nothing
      }
      <button
        type="button"
        class="dismiss"
        part="dismiss"
        aria-label=${term(this, 'dismiss', 'Dismiss')}
        @click=${this.dismiss}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg>
      </button>`;
  }
}

ToastCell.define('skin-toast');

/**
 * Shows a message in a corner of the page.
 *
 * @param message Plain text; never read as markup.
 */
export const toast = (message: string, options: ToastOptions = {}): ToastCell => {
  const { tone = 'neutral', durationMs = 6000, action } = options;
  const element = document.createElement('skin-toast');
  element.tone = tone;
  element.durationMs = durationMs;
  element.textContent = message;
  if (action !== undefined) {
    element.actionLabel = action.label;
    element.addEventListener('action', action.run);
  }
  addToast(element, tone === 'danger' ? 'assertive' : 'polite');
  return element;
};

declare global {
  interface HTMLElementTagNameMap {
    'skin-toast': ToastCell;
  }
}
