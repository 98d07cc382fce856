import { css, type CSSResultGroup, html, type TemplateResult, unsafeCSS } from 'lit';
import { PlainCell } from '../base/plain-cell.ts';
import { panelStyles } from '../base/panel.styles.ts';
import { lineTokens, privately, surfaceTokens, textTokens } from '../base/tokens.ts';

/**
 * Card: a surface that holds what belongs together.
 *
 * @tag skin-card
 * @slot header - Above, set off by a line.
 * @slot - The content.
 * @slot footer - Below, set off by a line.
 * @csspart base - The surface.
 */
export class CardCell extends PlainCell {
  static override styles: CSSResultGroup = [
    unsafeCSS(`:host{${[textTokens, lineTokens, surfaceTokens].map(privately).join('')}}`),
    panelStyles,
    css`
      :host {
        display: block;
        min-inline-size: 0;
        font: var(--_font-size) / 1.45 var(--_font);
        color: var(--_text);
      }
      :host([hidden]) {
        display: none !important;
      }
      .base {
        box-sizing: border-box;
        block-size: 100%;
        background: var(--_surface);
        border: 1px solid var(--_border);
        border-radius: var(--_radius-large);
        box-shadow: var(--_shadow);
        overflow: clip;
      }
      .body {
        padding: 0.95rem;
      }
      slot[name] {
        display: block;
        padding: 0.7rem 0.95rem;
        font-weight: 600;
        border-block-end: 1px solid var(--_border);
      }
      slot[name='footer'] {
        font-weight: 400;
        border-block: 1px solid var(--_border) 0;
        color: var(--_text-muted);
      }
      slot.empty {
        display: none;
      }
    `,
  ];

  #toggle(event: Event): void {
    const slot = event.target as HTMLSlotElement;
    slot.classList.toggle('empty', slot.assignedNodes().length === 0);
  }

  protected override render(): TemplateResult {
    return html`<div class="base" part="base">
      <slot name="header" class="empty" @slotchange=${this.#toggle}></slot>
      <div class="body"><slot></slot></div>
      <slot name="footer" class="empty" @slotchange=${this.#toggle}></slot>
    </div>`;
  }
}

CardCell.define('skin-card');

declare global {
  interface HTMLElementTagNameMap {
    'skin-card': CardCell;
  }
}
