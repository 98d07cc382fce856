import { css, type CSSResultGroup, html, nothing, type TemplateResult } from 'lit';
import { ProgressCell } from '../base/progress-cell.ts';

/**
 * Progress ring: how much of something is done, with the number in it.
 *
 * @tag skin-progress-ring
 * @slot - What stands in the ring; the percentage by default.
 * @csspart base - The ring.
 * @cssprop --skin-ring-size - Its width and height. Default `4rem`.
 */
export class ProgressRingCell extends ProgressCell {
  static override styles: CSSResultGroup = [
    ProgressCell.styles,
    css`
      :host {
        display: inline-block;
      }
      .ring {
        position: relative;
        display: grid;
        place-items: center;
        inline-size: var(--skin-ring-size, 4rem);
        aspect-ratio: 1;
        font-size: var(--_font-size-small);
        font-weight: 560;
        font-variant-numeric: tabular-nums;
      }
      svg {
        position: absolute;
        inset: 0;
        fill: none;
        stroke: color-mix(in oklab, var(--_text) 12%, transparent);
        stroke-width: 3.5;
        rotate: -90deg;
      }
      .done {
        stroke: var(--_accent);
        stroke-linecap: round;
        transition: stroke-dasharray 0.2s;
      }
      .unknown {
        animation: turn 1.2s linear infinite;
      }
      @keyframes turn {
        to {
          rotate: 270deg;
        }
      }
      @media (forced-colors: active) {
        .done {
          stroke: Highlight;
        }
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { share } = this;
    return html`<div class="ring" part="base">
      <svg
        class=${share === undefined ? 'unknown' : ''}
        viewBox="0 0 36 36"
        role="progressbar"
        aria-label=${this.accessibleName}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${share === undefined ? nothing : Math.round(share * 100)}
        aria-valuetext=${this.percentage || nothing}
      >
        <circle cx="18" cy="18" r="16" />
        <circle
          class="done"
          cx="18"
          cy="18"
          r="16"
          pathLength="100"
          stroke-dasharray="${(share ?? 0.3) * 100} 100"
          visibility=${share === 0 ? 'hidden' : nothing}
        />
      </svg>
      <span aria-hidden="true"><slot>${this.percentage}</slot></span>
    </div>`;
  }
}

ProgressRingCell.define('skin-progress-ring');

declare global {
  interface HTMLElementTagNameMap {
    'skin-progress-ring': ProgressRingCell;
  }
}
