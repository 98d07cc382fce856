import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { toneStyles } from '../base/tone.styles.ts';

/** What a badge or message says beside its text. */
export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger';

/**
 * Badge: a short status or count.
 *
 * @tag skin-badge
 * @slot - The text.
 * @csspart base - The pill.
 */
export class BadgeCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    toneStyles,
    css`
      :host {
        display: inline-flex;
      }
      .base {
        padding: 0.1rem 0.6rem;
        border-radius: 99rem;
        background: var(--_soft);
        color: var(--_ink);
        font-size: var(--_font-size-small);
        font-weight: 560;
        white-space: nowrap;
      }
      @media (forced-colors: active) {
        .base {
          border: 1px solid;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = { tone: { reflect: true, useDefault: true } };

  /** Default `neutral`. The text must say the same: colour alone tells some people nothing. */
  declare tone: Tone;

  constructor() {
    super();
    this.tone = 'neutral';
  }

  protected override render(): TemplateResult {
    return html`<span class="base" part="base"><slot></slot></span>`;
  }
}

BadgeCell.define('skin-badge');

declare global {
  interface HTMLElementTagNameMap {
    'skin-badge': BadgeCell;
  }
}
