import {
  css,
  type CSSResultGroup,
  html,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { PlainCell } from '../base/plain-cell.ts';

/**
 * Tab: a label, and the content that it shows. Stands in `<skin-tabs>`.
 *
 * @tag skin-tab
 * @slot - The content.
 */
export class TabCell extends PlainCell {
  static override styles: CSSResultGroup = css`
    :host {
      display: block;
    }
    :host(:not([selected])) {
      display: none;
    }
  `;
  static override properties: PropertyDeclarations = {
    label: {},
    name: {},
    disabled: { type: Boolean },
    selected: { type: Boolean, reflect: true },
  };

  /** What stands on the tab. */
  declare label: string;
  /** Name by which it is selected; its place, from 0, by default. */
  declare name: string;
  /** Whether it can't be selected. */
  declare disabled: boolean;
  /** Whether its content is shown; the tabs set this. */
  declare selected: boolean;

  constructor() {
    super();
    this.label = '';
    this.name = '';
    this.disabled = false;
    this.selected = false;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.dispatchEvent(new Event('skin-tab-change', { bubbles: true }));
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }
}

TabCell.define('skin-tab');

declare global {
  interface HTMLElementTagNameMap {
    'skin-tab': TabCell;
  }
}
