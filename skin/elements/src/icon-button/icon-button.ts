import { html, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { TouchReceptor } from '../button/button.ts';
import '../icon/icon.ts';

/**
 * Icon button: a button that shows only an icon, and says by its label what it does. Everything else is as in
 * `<skin-button>`.
 *
 * @tag skin-icon-button
 * @slot - An icon of the page's own, in place of the one that `icon` names.
 * @csspart base - The native button.
 * @csspart icon - The icon.
 * @csspart spinner - Shown while loading.
 */
export class IconButtonReceptor extends TouchReceptor {
  static override properties: PropertyDeclarations = { icon: {} };

  /** Name of a built-in icon, or of one that `registerIcon` has added. */
  declare icon: string;

  constructor() {
    super();
    this.icon = '';
    this.variant = 'ghost';
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    // Without a word of its own nobody who can't see it would know what it does.
    if (this.label === '') this.label = this.title ?? '';
  }

  protected override renderContent(): TemplateResult {
    return html`<slot><skin-icon part="icon" name=${this.icon}></skin-icon></slot>`;
  }
}

IconButtonReceptor.define('skin-icon-button');

declare global {
  interface HTMLElementTagNameMap {
    'skin-icon-button': IconButtonReceptor;
  }
}
