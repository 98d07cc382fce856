import { css, type CSSResultGroup, html, nothing, type TemplateResult } from 'lit';
import { fieldButtonStyles } from '../base/field-button.styles.ts';
import { InputControl } from '../base/input-control.ts';
import { term } from '../base/terms.ts';

/**
 * Search field, with a button that clears it; Escape does, too.
 *
 * @tag skin-search-field
 * @fires input - At each keystroke, and when it is cleared.
 * @fires change - When the user has finished a change.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @csspart clear - The button that clears it.
 * @cssState invalid - The text is not accepted.
 * @cssState user-invalid - It is not accepted, and that is shown.
 */
export class SearchReceptor extends InputControl {
  static override styles: CSSResultGroup = [
    InputControl.styles,
    fieldButtonStyles,
    css`
      .box > svg {
        position: absolute;
        inset-block: 0;
        inset-inline-start: 0.65rem;
        block-size: 100%;
        color: var(--_text-muted);
        pointer-events: none;
      }
      .box .control {
        appearance: none;
        padding-inline-start: 2.2rem;
      }
      ::-webkit-search-cancel-button {
        display: none;
      }
    `,
  ];

  #clear(): void {
    const { control } = this;
    if (!control || control.value === '') return;
    this.edit(() => (control.value = ''));
    control.focus();
  }

  protected override onKeydown(event: KeyboardEvent): void {
    super.onKeydown(event);
    if (event.key !== 'Escape' || this.value === '' || this.readOnly) return;
    // It means the text, not the dialog around it.
    event.preventDefault();
    event.stopPropagation();
    this.#clear();
  }

  protected override renderControl(): TemplateResult {
    const canClear = this.value !== '' && !this.isDisabled && !this.readOnly;
    return html`<div class="box">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M11 4a7 7 0 1 0 0 14a7 7 0 1 0 0-14M16.2 16.2L20 20" /></svg>
      ${this.renderInput('search')}${
        canClear
          ? html`<span class="end"
              ><button type="button" part="clear" aria-label=${term(this, 'clear', 'Clear')} @click=${this.#clear}>
                <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" /></svg></button
            ></span>`
          : nothing
      }
    </div>`;
  }
}

SearchReceptor.define('skin-search-field');

declare global {
  interface HTMLElementTagNameMap {
    'skin-search-field': SearchReceptor;
  }
}
