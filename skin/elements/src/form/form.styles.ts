import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const formStyles: CSSResult = css`
  :host {
    display: block;
    max-inline-size: 36rem;
  }
  form,
  fieldset {
    display: grid;
    gap: 1rem;
    min-inline-size: 0;
  }
  form > *,
  fieldset > :not(legend, skin-button) {
    inline-size: 100%;
  }
  fieldset {
    margin: 0;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  legend {
    font-weight: 600;
  }
  fieldset > skin-button {
    justify-self: start;
  }
  p {
    margin: 0;
    color: var(--_text-muted);
  }
  [role='alert'] p {
    color: var(--_danger);
  }
`;
