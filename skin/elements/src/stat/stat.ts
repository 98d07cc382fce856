import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { localeOf } from '../base/terms.ts';
import { toneStyles } from '../base/tone.styles.ts';

/**
 * Stat: one number that counts, with what it means and how it has changed.
 *
 * @tag skin-stat
 * @slot - The number, or `value`.
 * @slot change - How it has changed, as in “+12 % since yesterday”.
 * @csspart label - What the number means.
 * @csspart value - The number.
 */
export class StatCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    toneStyles,
    css`
      :host {
        display: block;
      }
      dl,
      dd {
        margin: 0;
      }
      dt,
      .change {
        font-size: var(--_font-size-small);
        color: var(--_text-muted);
      }
      .value {
        font-size: 1.75rem;
        font-weight: 640;
        line-height: 1.25;
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
      }
      .unit {
        font-size: 0.6em;
        font-weight: 500;
        color: var(--_text-muted);
      }
      :host(:not([tone='neutral'])) .change {
        color: var(--_ink);
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    label: {},
    value: {},
    unit: {},
    tone: { reflect: true, useDefault: true },
  };

  /** What the number means. */
  declare label: string;
  /** The number, where none stands in the element; numbers are written in the element's language. */
  declare value: string | number;
  /** Unit after it. */
  declare unit: string;
  /** Whether the change is good or bad, by its colour; its text must say the same. Default `neutral`. */
  declare tone: 'neutral' | 'success' | 'warning' | 'danger';

  constructor() {
    super();
    this.label = '';
    this.value = '';
    this.unit = '';
    this.tone = 'neutral';
  }

  protected override render(): TemplateResult {
    const { value } = this;
    return html`<dl>
      <dt part="label">${this.label}</dt>
      <dd class="value" part="value">
        <slot>${typeof value === 'number' ? value.toLocaleString(localeOf(this)) : value}</slot
        >${this.unit ? html` <span class="unit">${this.unit}</span>` : nothing}
      </dd>
      <dd class="change"><slot name="change"></slot></dd>
    </dl>`;
  }
}

StatCell.define('skin-stat');

declare global {
  interface HTMLElementTagNameMap {
    'skin-stat': StatCell;
  }
}
