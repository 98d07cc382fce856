import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';

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
    css`
      :host {
        display: inline-flex;
        --_back: color-mix(in oklab, var(--_text) 9%, transparent);
        --_fore: var(--_text);
      }
      :host([tone='info']) {
        --_back: var(--_info-soft);
        --_fore: var(--_info-text);
      }
      :host([tone='success']) {
        --_back: var(--_success-soft);
        --_fore: var(--_success-text);
      }
      :host([tone='warning']) {
        --_back: var(--_warning-soft);
        --_fore: var(--_warning-text);
      }
      :host([tone='danger']) {
        --_back: var(--_danger-soft);
        --_fore: var(--_danger-text);
      }
      .base {
        padding: 0.1rem 0.6rem;
        border-radius: 99rem;
        background: var(--_back);
        color: var(--_fore);
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
  static override properties: PropertyDeclarations = { tone: { reflect: true } };

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
