import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { PlainCell } from '../base/plain-cell.ts';

/**
 * Skeleton: keeps the place of content that is on its way. Hidden from assistive technology: say on what stands around
 * it that it is busy (`aria-busy`).
 *
 * @tag skin-skeleton
 * @csspart base - The grey shape.
 */
export class SkeletonCell extends PlainCell {
  static override styles: CSSResultGroup = css`
    :host {
      display: block;
      block-size: 1em;
    }
    :host([hidden]) {
      display: none !important;
    }
    :host([shape='circle']) {
      inline-size: 2.5rem;
      block-size: 2.5rem;
    }
    :host([shape='block']) {
      block-size: 8rem;
    }
    div {
      block-size: 100%;
      background: light-dark(rgb(20 45 60 / 11%), rgb(220 240 250 / 13%));
      border-radius: var(--skin-radius, 0.55rem);
      animation: breathe 1.2s ease-in-out infinite alternate;
    }
    :host([shape='circle']) div {
      border-radius: 50%;
    }
    @keyframes breathe {
      to {
        opacity: 0.45;
      }
    }
    @media (prefers-reduced-motion: reduce) {
      div {
        animation: none;
      }
    }
    @media (forced-colors: active) {
      div {
        border: 1px solid GrayText;
      }
    }
  `;
  static override properties: PropertyDeclarations = { shape: { reflect: true, useDefault: true } };

  /** Default `text`, a line. */
  declare shape: 'text' | 'circle' | 'block';

  constructor() {
    super();
    this.shape = 'text';
  }

  protected override render(): TemplateResult {
    return html`<div part="base" aria-hidden="true"></div>`;
  }
}

SkeletonCell.define('skin-skeleton');

declare global {
  interface HTMLElementTagNameMap {
    'skin-skeleton': SkeletonCell;
  }
}
