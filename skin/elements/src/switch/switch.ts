import { css, type CSSResultGroup } from 'lit';
import { ToggleControl } from '../base/toggle-control.ts';

/**
 * Switch: on or off, with effect at once.
 *
 * @tag skin-switch
 * @slot - The label; instead of the `label` attribute.
 * @fires input - When the user has switched it.
 * @fires change - When the user has switched it.
 * @csspart input - The native checkbox.
 * @csspart label - The label.
 * @cssState checked - It is on.
 * @cssState invalid - It must be on, and is not.
 * @cssState user-invalid - So it is, and that is shown.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/switch/
 */
export class SwitchReceptor extends ToggleControl {
  // The thumb is drawn with its border: forced colours leave no background, but keep this.
  static override styles: CSSResultGroup = [
    ToggleControl.styles,
    css`
      input {
        place-content: center start;
        inline-size: 2.3rem;
        block-size: 1.35rem;
        padding-inline: 0.15rem;
        border-radius: 99rem;
      }
      input::before {
        content: '';
        border: 0.475rem solid var(--_border-control);
        border-radius: 50%;
        transition: translate var(--_duration);
      }
      input:checked::before {
        border-color: var(--_on-accent);
        translate: 0.95rem;
      }
      input:dir(rtl):checked::before {
        translate: -0.95rem;
      }
      p {
        padding-inline-start: 2.85rem;
      }
    `,
  ];

  protected override readonly controlRole = 'switch';
}

SwitchReceptor.define('skin-switch');

declare global {
  interface HTMLElementTagNameMap {
    'skin-switch': SwitchReceptor;
  }
}
