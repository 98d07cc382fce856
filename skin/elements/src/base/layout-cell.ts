import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { PlainCell } from './plain-cell.ts';

/** Space between neighbours, in steps of the token `--skin-space`. */
export type Gap = 'none' | 'small' | 'medium' | 'large';
/** Where items stand across the direction they run in. */
export type Align = 'start' | 'center' | 'end' | 'stretch' | 'baseline';

/** Element base class of layouts: its children are laid out themselves, with nothing in between. */
export class LayoutCell extends PlainCell {
  // All of it is CSS on attributes, so that it also holds where no script has run yet.
  static override styles: CSSResultGroup = css`
    :host {
      --_space: var(--skin-space, 0.5rem);
      box-sizing: border-box;
      display: flex;
      --_gap: var(--skin-gap, calc(2 * var(--_space)));
      gap: var(--_gap);
      min-inline-size: 0;
    }
    :host([gap='none']) {
      --_gap: 0px;
    }
    :host([gap='small']) {
      --_gap: var(--_space);
    }
    :host([gap='large']) {
      --_gap: calc(3 * var(--_space));
    }
    :host([align='start']) {
      align-items: flex-start;
    }
    :host([align='center']) {
      align-items: center;
    }
    :host([align='end']) {
      align-items: flex-end;
    }
    :host([align='stretch']) {
      align-items: stretch;
    }
    :host([align='baseline']) {
      align-items: baseline;
    }
    :host([hidden]) {
      display: none !important;
    }
  `;
  static override properties: PropertyDeclarations = {
    gap: { reflect: true, useDefault: true },
    align: { reflect: true, useDefault: true },
  };

  /** Space between neighbours. Default `medium`; the CSS property `--skin-gap` sets a length of your own. */
  declare gap: Gap;
  /** Where items stand across the direction they run in; as the layout has it by default. */
  declare align: Align | '';

  constructor() {
    super();
    this.gap = 'medium';
    this.align = '';
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }
}
