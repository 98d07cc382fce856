import { css, type CSSResult } from 'lit';

/** Styles of what is switched on and off: label beside the control, notes below. */
export const toggleStyles: CSSResult = css`
  :host {
    display: inline-block;
  }
  label {
    display: flex;
    gap: 0.6rem;
    align-items: start;
    min-block-size: 1.5rem;
    cursor: pointer;
  }
  input {
    appearance: none;
    flex: none;
    margin: 0.1rem 0;
    cursor: inherit;
    display: grid;
    background: var(--_surface);
    border: 1px solid var(--_border-control);
  }
  input:is(:checked, :indeterminate) {
    background: var(--_accent);
    border-color: transparent;
  }
  :host(:disabled) label {
    opacity: 0.6;
    cursor: not-allowed;
  }
  p {
    margin: 0;
    font-size: var(--_font-size-small);
    color: var(--_text-muted);
  }
  :host([required]) span::after {
    content: ' *' / '';
    color: var(--_danger);
  }
  :host(:state(user-invalid)) :is(input, p) {
    color: var(--_danger);
    border-color: currentcolor;
  }
`;
