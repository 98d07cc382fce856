import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { SelectOption } from './options.ts';
import { OptionsControl } from './options-control.ts';

/** Base class of controls that show all of their choices, one native input for each, under a common label. */
export abstract class SetControl extends OptionsControl {
  static override styles: CSSResultGroup = [
    OptionsControl.styles,
    css`
      :host {
        display: inline-block;
      }
      fieldset {
        display: flex;
        flex-direction: column;
        gap: 0.25rem 1.25rem;
        min-inline-size: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      :host([orientation='horizontal']) fieldset {
        flex-flow: wrap;
      }
      legend {
        float: inline-start;
        inline-size: 100%;
        padding: 0;
        font-size: var(--_font-size-small);
        font-weight: 550;
      }
      :host([required]) legend::after {
        content: ' *' / '';
        color: var(--_danger);
      }
      label {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        min-block-size: 1.75rem;
        cursor: pointer;
      }
      input {
        flex: none;
        inline-size: 1.15rem;
        block-size: 1.15rem;
        margin: 0;
        accent-color: var(--_accent);
        cursor: inherit;
      }
      label:has(:disabled) {
        opacity: 0.6;
        cursor: not-allowed;
      }
      p {
        margin: 0;
        font-size: var(--_font-size-small);
        color: var(--_text-muted);
      }
      :host(:state(user-invalid)) p {
        color: var(--_danger);
      }
    `,
  ];
  static override properties: PropertyDeclarations = { orientation: { reflect: true, useDefault: true } };

  /** Whether the choices stand below or beside one another. Default `vertical`. */
  declare orientation: 'vertical' | 'horizontal';

  constructor() {
    super();
    this.orientation = 'vertical';
  }

  /** The native input of a choice. */
  protected abstract renderInput(choice: SelectOption): TemplateResult;

  protected onChange(): void {
    this.emit('change');
  }

  /** The group, with the role that it has. */
  protected renderSet(role: string): TemplateResult {
    const { errorText: error } = this;
    const name = this.label || this.outerLabel;
    return html`<fieldset
        role=${role}
        part="base"
        aria-label=${name}
        aria-describedby="note"
        aria-required=${role === 'radiogroup' && this.required ? 'true' : nothing}
      >
        <legend part="label" aria-hidden="true">${this.label}</legend>
        ${this.choices.map(
          (choice) =>
            html`<label>${this.renderInput(choice)}<span part="choice">${choice.label ?? choice.value}</span></label>`,
        )}
      </fieldset>
      <p id="note" part=${error ? 'error' : 'help'} aria-live="polite">${error || this.help}</p>
      <slot hidden></slot>`;
  }
}
