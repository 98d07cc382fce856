import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const pdfViewerStyles: CSSResult = css`
  :host {
    display: block;
    min-inline-size: 0;
    block-size: 36rem;
  }
  section {
    display: grid;
    grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
    block-size: 100%;
    overflow: hidden;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.75rem;
    padding: 0.35rem 0.5rem;
    border-block-end: 1px solid var(--_border);
  }
  .bar > *,
  form {
    display: flex;
    align-items: center;
    gap: 0.15rem;
  }
  .tools {
    flex-wrap: wrap;
  }
  [role='search'] {
    margin-inline-start: auto;
  }
  .at,
  output {
    gap: 0.4rem;
    padding: 0.25rem;
    font-size: var(--_font-size-small);
    color: var(--_text-muted);
    font-variant-numeric: tabular-nums;
  }
  .zoom {
    min-inline-size: 3.2em;
    text-align: center;
  }
  button {
    font: inherit;
    color: var(--_text);
    background: none;
    border: 1px solid transparent;
    border-radius: var(--_radius);
    cursor: pointer;
  }
  .bar button {
    display: grid;
    place-items: center;
    inline-size: 2rem;
    block-size: 2rem;
    padding: 0;
  }
  button:hover:not([aria-disabled]) {
    background: color-mix(in oklab, var(--_text) 8%, transparent);
  }
  button[aria-disabled] {
    opacity: 0.45;
    cursor: not-allowed;
  }
  .bar [aria-pressed='true'] {
    color: var(--_accent);
    border-color: currentcolor;
  }
  svg {
    inline-size: 1.15rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.8;
    stroke-linecap: round;
  }
  input {
    inline-size: 8.5rem;
    min-inline-size: 0;
    block-size: 2rem;
    padding: 0 0.5rem;
    font: inherit;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border-control);
    border-radius: var(--_radius);
  }
  .at input {
    inline-size: 3.2rem;
    text-align: center;
  }
  .body {
    position: relative;
    display: flex;
    min-block-size: 0;
  }
  .frame {
    flex: 1;
    min-inline-size: 0;
    overflow: auto;
    background: var(--_surface-sunken);
  }
  .frame:focus-visible {
    outline-offset: -2px;
  }
  .note {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.75rem;
    padding: 1rem;
    text-align: center;
    color: var(--_text-muted);
    background: var(--_surface-sunken);
  }
  .note p {
    margin: 0;
  }
  .error {
    color: var(--_danger);
  }
  .note form {
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.5rem;
  }
  .note label {
    display: grid;
    gap: 0.3rem;
    text-align: start;
  }
  .note button {
    align-self: end;
    min-block-size: 2rem;
    padding: 0 0.9rem;
    border-color: var(--_border-control);
  }
  progress {
    inline-size: 12rem;
    accent-color: var(--_accent);
  }
  @media (forced-colors: active) {
    button {
      border-color: ButtonBorder;
    }
    .bar [aria-pressed='true'] {
      border-color: Highlight;
    }
  }
`;
