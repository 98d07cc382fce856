import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const themeSwitcherStyles: CSSResult = css`
  :host {
    display: inline-block;
    max-inline-size: 100%;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem 1.25rem;
  }
  [popover] .choices {
    flex-direction: column;
    padding: 0.9rem;
  }
  fieldset {
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0 0 0.3rem;
    font-size: var(--_font-size-small);
    font-weight: 550;
  }
  .row {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 0.15rem;
    padding: 0.15rem;
    background: var(--_surface-sunken);
    border: 1px solid var(--_border-control);
    border-radius: var(--_radius);
  }
  label {
    position: relative;
    display: inline-flex;
    align-items: center;
    gap: 0.4rem;
    min-block-size: 1.75rem;
    padding: 0.1rem 0.65rem;
    border-radius: calc(var(--_radius) - 2px);
    cursor: pointer;
  }
  input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    opacity: 0;
    cursor: inherit;
  }
  label:hover {
    color: var(--_accent);
  }
  label:has(:checked) {
    color: var(--_on-accent);
    background: var(--_accent);
  }
  label:has(:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  svg {
    inline-size: 1.05em;
    block-size: 1.05em;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  i {
    inline-size: 0.8em;
    block-size: 0.8em;
    border: 2px solid currentcolor;
    border-radius: 50%;
  }
  button {
    display: inline-grid;
    place-items: center;
    min-inline-size: var(--_control-height);
    min-block-size: var(--_control-height);
    padding: 0;
    font: inherit;
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_border-control);
    border-radius: var(--_radius);
    cursor: pointer;
  }
  button:hover {
    border-color: var(--_accent);
  }
  [popover] {
    box-shadow: var(--_shadow-large);
  }
  @media (forced-colors: active) {
    label:has(:checked) {
      forced-color-adjust: none;
      color: HighlightText;
      background: Highlight;
    }
  }
`;
