import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const tagInputStyles: CSSResult = css`
  .box {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
    padding: 0.25rem;
    background: var(--_surface);
    border: 1px solid var(--_border-control);
    border-radius: var(--_radius);
    cursor: text;
  }
  .box:has(:focus-visible) {
    outline: 2px solid var(--_focus);
    border-color: transparent;
  }
  :host(:state(user-invalid)) .box {
    border-color: var(--_danger);
  }
  :host(:disabled) .box {
    color: var(--_text-muted);
  }
  ul {
    display: contents;
  }
  li,
  button,
  input {
    font: inherit;
    border: 0;
    border-radius: var(--_radius);
  }
  li {
    display: flex;
    align-items: center;
    padding-inline-start: 0.5rem;
    overflow-wrap: anywhere;
    border: 1px solid transparent;
    background: color-mix(in oklab, var(--_text) 9%, var(--_surface));
  }
  button,
  input {
    color: inherit;
    background: none;
    min-block-size: 1.75rem;
  }
  button {
    min-inline-size: 1.75rem;
    cursor: pointer;
  }
  input {
    flex: 1;
    min-inline-size: 5rem;
    outline: 0;
  }
`;
