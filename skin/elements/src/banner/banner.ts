import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { Tone } from '../badge/badge.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';
import { toneStyles } from '../base/tone.styles.ts';

const isRemembered = (key: string): boolean => {
  try {
    return localStorage.getItem(`skin-banner:${key}`) !== null;
  } catch {
    // Storage may be forbidden; the banner is then shown each time.
    return false;
  }
};

const remember = (key: string): void => {
  try {
    localStorage.setItem(`skin-banner:${key}`, '');
  } catch {
    // As above.
  }
};

/**
 * Banner: a message for the whole site, from edge to edge. It is a region that can be found by its name, and is not
 * announced by itself. With a `key`, one that was dismissed stays so on the next visit.
 *
 * @tag skin-banner
 * @slot - The message.
 * @slot action - Buttons or links after it.
 * @fires dismiss - Before the user takes it away; cancelable.
 * @csspart base - Around all.
 * @csspart dismiss - The button that takes it away.
 */
export class BannerCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    toneStyles,
    css`
      :host {
        display: block;
      }
      :host(:not([tone])) {
        --_soft: var(--_info-soft);
        --_ink: var(--_info-text);
      }
      :host([dismissed]) {
        display: none;
      }
      .base {
        display: flex;
        align-items: center;
        gap: 0.5rem 1rem;
        padding: 0.5rem 1rem;
        color: var(--_ink);
        background: var(--_soft);
        border-block-end: 1px solid transparent;
      }
      :host([sticky]) {
        position: sticky;
        z-index: 10;
        inset-block-start: 0;
      }
      .text {
        display: flex;
        flex: 1;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 0.25rem 1rem;
        text-align: center;
        overflow-wrap: anywhere;
      }
      button {
        display: grid;
        flex: none;
        place-items: center;
        inline-size: 2rem;
        block-size: 2rem;
        padding: 0;
        color: inherit;
        background: none;
        border: 0;
        border-radius: var(--_radius);
        cursor: pointer;
      }
      button:hover {
        background: color-mix(in oklab, currentcolor 12%, transparent);
      }
      svg {
        inline-size: 1.2rem;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2.2;
        stroke-linecap: round;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    tone: { reflect: true, useDefault: true },
    label: {},
    key: {},
    dismissible: { type: Boolean },
    sticky: { type: Boolean, reflect: true },
    dismissed: { type: Boolean, reflect: true },
  };

  /** What its colour says. Default `info`. */
  declare tone: Tone;
  /** Accessible name of the region. Default `Notice`. */
  declare label: string;
  /** Name under which the browser remembers that it was dismissed; empty to forget it. */
  declare key: string;
  /** Whether the user can take it away. */
  declare dismissible: boolean;
  /** Whether it stays in sight while the page scrolls. */
  declare sticky: boolean;
  /** Whether it was taken away. */
  declare dismissed: boolean;

  constructor() {
    super();
    this.tone = 'info';
    this.label = '';
    this.key = '';
    this.dismissible = false;
    this.sticky = false;
    this.dismissed = false;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (changed.has('key') && this.key && isRemembered(this.key)) this.dismissed = true;
  }

  #dismiss(): void {
    if (!this.emit('dismiss', undefined, { cancelable: true })) return;
    this.dismissed = true;
    if (this.key) remember(this.key);
  }

  protected override render(): TemplateResult {
    return html`<div class="base" part="base" role="region" aria-label=${this.label || term(this, 'notice', 'Notice')}>
      <div class="text">
        <span><slot></slot></span><slot name="action"></slot>
      </div>
      ${
        this.dismissible
          ? html`<button
              type="button"
              part="dismiss"
              aria-label=${term(this, 'dismiss', 'Dismiss')}
              @click=${this.#dismiss}
            >
              <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg>
            </button>`
          : nothing
      }
    </div>`;
  }
}

BannerCell.define('skin-banner');

declare global {
  interface HTMLElementTagNameMap {
    'skin-banner': BannerCell;
  }
}
