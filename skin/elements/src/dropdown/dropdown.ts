import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { controlStyles } from '../base/control.styles.ts';
import type { ButtonVariant } from '../button/button.ts';
import { buttonStyles } from '../button/button.styles.ts';
import { MenuCell } from '../menu/menu.ts';

/**
 * Dropdown: a menu with a button of its own, which says `label`. What stands in `trigger` takes the place of that; keys,
 * items and events are those of `<skin-menu>`.
 *
 * @tag skin-dropdown
 * @slot - `<skin-menu-item>` elements, with `<skin-divider>` in between if need be.
 * @slot trigger - A button of the page's own.
 * @fires select - When an item is chosen; detail: `{ value, item }`; cancelable, then the menu stays open.
 * @fires open - When it has opened; does not bubble.
 * @fires close - When it has closed; does not bubble.
 * @csspart button - The button.
 * @csspart menu - The list.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/menu-button/
 */
export class DropdownCell extends MenuCell {
  // Its button is a native one that looks like <skin-button>: that element would come along for nothing else.
  static override styles: CSSResultGroup = [
    MenuCell.styles,
    controlStyles,
    buttonStyles,
    css`
      /* The label is its text here, not the name of an icon. */
      :host([label]:not([label=''])) button {
        padding-inline: 0.95rem;
      }
      /* A press on it is one on the button, which lets none through when it is off. */
      svg {
        pointer-events: none;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    variant: { reflect: true, useDefault: true },
    disabled: { type: Boolean, reflect: true },
  };

  /** Of its button. Default `secondary`. */
  declare variant: ButtonVariant;
  /** Whether its button is off. */
  declare disabled: boolean;

  constructor() {
    super();
    this.variant = 'secondary';
    this.disabled = false;
  }

  protected override renderButton(): TemplateResult {
    return html`<button part="button" type="button" ?disabled=${this.disabled}>
      ${this.label}<svg
        viewBox="0 0 24 24"
        width="1em"
        fill="none"
        stroke="currentcolor"
        stroke-width="2"
        aria-hidden="true"
      >
        <path d="M6 9l6 6 6-6" />
      </svg>
    </button>`;
  }
}

DropdownCell.define('skin-dropdown');

declare global {
  interface HTMLElementTagNameMap {
    'skin-dropdown': DropdownCell;
  }
}
