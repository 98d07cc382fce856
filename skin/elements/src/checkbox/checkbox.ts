import { css, type CSSResultGroup, type PropertyDeclarations } from 'lit';
import { ToggleControl } from '../base/toggle-control.ts';

/**
 * Checkbox, with an indeterminate state.
 *
 * @tag skin-checkbox
 * @slot - The label; instead of the `label` attribute.
 * @fires input - When the user has switched it.
 * @fires change - When the user has switched it.
 * @csspart input - The native checkbox.
 * @csspart label - The label.
 * @cssState checked - It is on.
 * @cssState indeterminate - It is neither on nor off.
 * @cssState invalid - It must be on, and is not.
 * @cssState user-invalid - So it is, and that is shown.
 */
export class CheckReceptor extends ToggleControl {
  // The mark is drawn with borders: forced colours leave no background, but keep these.
  static override styles: CSSResultGroup = [
    ToggleControl.styles,
    css`
      input {
        place-content: center;
        inline-size: 1.2rem;
        block-size: 1.2rem;
        border-radius: 0.35rem;
      }
      input:is(:checked, :indeterminate)::before {
        content: '';
        inline-size: 0.3rem;
        block-size: 0.6rem;
        border: solid var(--_on-accent);
        border-width: 0 2px 2px 0;
        rotate: 45deg;
      }
      input:indeterminate::before {
        border-width: 0 2px 0 0;
        rotate: 90deg;
      }
      p {
        padding-inline-start: 1.75rem;
      }
    `,
  ];
  static override properties: PropertyDeclarations = { indeterminate: { type: Boolean } };

  /** Neither on nor off; ends when the user switches it. */
  declare indeterminate: boolean;

  constructor() {
    super();
    this.indeterminate = false;
  }

  protected override resetValue(): void {
    super.resetValue();
    this.indeterminate = this.hasAttribute('indeterminate');
  }

  protected override sync(): void {
    const { indeterminate } = this;
    const control = this.control as HTMLInputElement | null | undefined;
    if (control) control.indeterminate = indeterminate;
    this.setState('indeterminate', indeterminate);
    super.sync();
  }

  protected override onInput(event: Event): void {
    this.indeterminate = false;
    super.onInput(event);
  }
}

CheckReceptor.define('skin-checkbox');

declare global {
  interface HTMLElementTagNameMap {
    'skin-checkbox': CheckReceptor;
  }
}
