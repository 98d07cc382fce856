import { css, type CSSResultGroup, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { ProgressCell } from '../base/progress-cell.ts';

/**
 * Progress bar: how much of something is done.
 *
 * @tag skin-progress-bar
 * @csspart base - The whole way.
 * @csspart bar - What is done of it.
 */
export class ProgressBarCell extends ProgressCell {
  static override styles: CSSResultGroup = [
    ProgressCell.styles,
    css`
      :host {
        display: block;
      }
      [role] {
        block-size: 0.5rem;
        overflow: hidden;
        background: color-mix(in oklab, var(--_text) 12%, transparent);
        border-radius: 99rem;
      }
      .bar {
        block-size: 100%;
        background: var(--_accent);
        border-radius: inherit;
        transition: inline-size 0.2s;
      }
      .unknown {
        inline-size: 35%;
        animation: pass 1.4s ease-in-out infinite alternate;
      }
      :host(:dir(rtl)) .unknown {
        --_way: -1;
      }
      /* To the other end: nothing has to be laid out anew on the way. */
      @keyframes pass {
        to {
          translate: calc(var(--_way, 1) * 100% * 65 / 35);
        }
      }
      @media (forced-colors: active) {
        [role] {
          border: 1px solid;
        }
        .bar {
          forced-color-adjust: none;
          background: Highlight;
        }
      }
    `,
  ];

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const bar = this.renderRoot.querySelector<HTMLElement>('.bar');
    // By script, not in the markup: a strict content security policy forbids style attributes.
    if (bar !== null) bar.style.inlineSize = this.share === undefined ? '' : `${this.share * 100}%`;
  }

  protected override render(): TemplateResult {
    const { share } = this;
    return html`<div
      role="progressbar"
      part="base"
      aria-label=${this.accessibleName}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${share === undefined ? nothing : Math.round(share * 100)}
      aria-valuetext=${this.percentage || nothing}
    >
      <div class="bar ${share === undefined ? 'unknown' : ''}" part="bar"></div>
    </div>`;
  }
}

ProgressBarCell.define('skin-progress-bar');

declare global {
  interface HTMLElementTagNameMap {
    'skin-progress-bar': ProgressBarCell;
  }
}
