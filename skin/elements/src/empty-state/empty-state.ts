import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';

/**
 * Empty state: there is nothing yet, why, and what to do about it.
 *
 * @tag skin-empty-state
 * @slot icon - A large icon above.
 * @slot - Why, in a sentence.
 * @slot action - Buttons that do something about it.
 * @csspart label - The heading.
 */
export class EmptyStateCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: grid;
        justify-items: center;
        gap: 0.4rem;
        padding: 2.5rem 1rem;
        text-align: center;
        color: var(--_text-muted);
      }
      slot[name='icon'] {
        display: block;
        font-size: 2.2rem;
      }
      strong {
        font-size: 1.05rem;
        font-weight: 620;
        color: var(--_text);
      }
      .text {
        max-inline-size: 28rem;
      }
      .action {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        justify-content: center;
        margin-block-start: 0.6rem;
      }
    `,
  ];
  static override properties: PropertyDeclarations = { label: {} };

  /** What there is none of, as in “No stations yet”. */
  declare label: string;

  constructor() {
    super();
    this.label = '';
  }

  protected override render(): TemplateResult {
    return html`<slot name="icon"></slot><strong part="label">${this.label}</strong>
      <div class="text"><slot></slot></div>
      <div class="action"><slot name="action"></slot></div>`;
  }
}

EmptyStateCell.define('skin-empty-state');

declare global {
  interface HTMLElementTagNameMap {
    'skin-empty-state': EmptyStateCell;
  }
}
