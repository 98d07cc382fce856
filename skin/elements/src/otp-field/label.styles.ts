import { css, type CSSResult } from 'lit';

/** Styles of label, help and error, for fields that draw their control by themselves. */
export const labelStyles: CSSResult = css`
  :host {
    display: inline-grid;
    inline-size: 14rem;
    max-inline-size: 100%;
    align-content: start;
    vertical-align: top;
  }
  label,
  .note {
    font-size: var(--_font-size-small);
  }
  label {
    margin-block-end: 0.3rem;
    font-weight: 550;
  }
  .required,
  .error {
    color: var(--_danger);
  }
  p {
    margin: 0.3rem 0 0;
    color: var(--_text-muted);
    overflow-wrap: anywhere;
  }
`;
