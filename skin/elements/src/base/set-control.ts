import {
  css,
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
  unsafeCSS,
} from 'lit';
import type { SelectOption } from './options.ts';
import { OptionsControl } from './options-control.ts';
import { accentTokens, dangerTokens, privately, textTokens } from './tokens.ts';

/** Base class of controls that show all of their choices, one native input for each, under a common label. */
export abstract class SetControl extends OptionsControl {
  static override styles: CSSResultGroup = [
    unsafeCSS(`:host{${privately({ ...textTokens, ...accentTokens, ...dangerTokens })}}`),
    css`
      :host {
        box-sizing: border-box;
        display: inline-block;
        font: var(--_font-size)/1.45 var(--_font);
        color: var(--_text);
      }
      :host([hidden]) {
        display: none !important;
      }
      :focus-visible {
        outline: 2px solid var(--_focus);
        outline-offset: 2px;
      }
      div {
        display: flex;
        flex-direction: column;
        gap: 0.25rem 1.25rem;
      }
      :host([orientation='horizontal']) div {
        flex-flow: wrap;
      }
      b {
        inline-size: 100%;
        font-size: var(--_font-size-small);
        font-weight: 550;
      }
      :host([required]) b::after {
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

  /** The group, with the role that it has. */
  protected renderSet(role: 'radiogroup' | 'group'): TemplateResult {
    const isRadio = role === 'radiogroup';
    const { errorText: error } = this;
    return html`<div
        role=${role}
        part="base"
        aria-label=${this.label}
        aria-describedby="note"
        aria-required=${(isRadio && this.required) || nothing}
        aria-invalid=${(isRadio && error !== '') || nothing}
        @change=${() => this.emit('change')}
      >
        <b part="label" aria-hidden="true">${this.label}</b>
        ${this.choices.map(
          (choice) =>
            html`<label>${this.renderInput(choice)}<span part="choice">${choice.label ?? choice.value}</span></label>`,
        )}
      </div>
      <p id="note" part=${error ? 'error' : 'help'} aria-live="polite">${error || this.help}</p>`;
  }
}
