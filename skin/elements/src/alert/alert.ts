import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, svg, type TemplateResult } from 'lit';
import type { Tone } from '../badge/badge.ts';
import { toneMarks } from '../base/marks.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';
import { toneStyles } from '../base/tone.styles.ts';

/**
 * Alert: a message that stays where it stands. Added to the page later, it is announced; `danger` at once. With `banner`
 * it goes from edge to edge, for what concerns the whole page.
 *
 * @tag skin-alert
 * @slot - The message.
 * @slot action - Buttons or links after it.
 * @fires dismiss - Before the user takes it away; cancelable.
 * @csspart base - Around all.
 * @csspart dismiss - The button that takes it away.
 */
export class AlertCell extends SkinCell {
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
      .base {
        display: flex;
        flex-wrap: wrap;
        align-items: flex-start;
        gap: 0.25rem 0.7rem;
        padding: 0.6rem 0.85rem;
        color: var(--_ink);
        background: var(--_soft);
        border: 1px solid transparent;
        border-radius: var(--_radius);
      }
      :host([banner]) .base {
        flex-wrap: nowrap;
        justify-content: center;
        border-radius: 0;
      }
      svg {
        flex: none;
        inline-size: 1.2rem;
        block-size: 1.35rem;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2.2;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .text {
        flex: 1 1 0;
        min-inline-size: min(12rem, 100% - 4.7rem);
        overflow-wrap: anywhere;
      }
      :host([banner]) .text {
        flex: 0 1 auto;
      }
      strong {
        display: block;
      }
      button {
        display: grid;
        place-items: center;
        inline-size: 1.75rem;
        block-size: 1.75rem;
        margin: -0.2rem 0;
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
    `,
  ];
  static override properties: PropertyDeclarations = {
    tone: { reflect: true, useDefault: true },
    label: {},
    banner: { type: Boolean, reflect: true },
    dismissible: { type: Boolean },
  };

  /** What its colour and mark say. Default `info`. */
  declare tone: Tone;
  /** Heading of the message. */
  declare label: string;
  /** Whether it goes from edge to edge. */
  declare banner: boolean;
  /** Whether the user can take it away. */
  declare dismissible: boolean;

  constructor() {
    super();
    this.tone = 'info';
    this.label = '';
    this.banner = false;
    this.dismissible = false;
  }

  #dismiss(): void {
    if (this.emit('dismiss', undefined, { cancelable: true })) this.remove();
  }

  protected override render(): TemplateResult {
    return html`<div class="base" part="base" role=${this.tone === 'danger' ? 'alert' : 'status'}>
      <svg viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${toneMarks[this.tone] ?? toneMarks.info} />`}</svg>
      <div class="text">${this.label ? html`<strong>${this.label}</strong>` : nothing}<slot></slot></div>
      <slot name="action"></slot>
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

AlertCell.define('skin-alert');

declare global {
  interface HTMLElementTagNameMap {
    'skin-alert': AlertCell;
  }
}
