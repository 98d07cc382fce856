import { html, nothing, type TemplateResult } from 'lit';

/** What stands around a labelled control. */
export interface FieldText {
  readonly label: string;
  readonly required: boolean;
  readonly help: string;
  readonly error: string;
}

/**
 * A labelled control with the id `control`: label above it, error or help below, in a place with the id `note`. That is
 * always there, so that screen readers notice what comes into it.
 */
export const field = ({ label, required, help, error }: FieldText, control: TemplateResult): TemplateResult => html`
  ${
    label
      ? html`<label id="label" part="label" for="control"
          >${label}${required ? html`<span class="required" aria-hidden="true">*</span>` : nothing}</label
        >`
      : nothing
  }
  ${control}
  <div id="note" class="note" aria-live="polite">
    ${error ? html`<p id="error" class="error" part="error">${error}</p>` : nothing}
    ${!error && help ? html`<p id="help" class="help" part="help">${help}</p>` : nothing}
  </div>
`;
