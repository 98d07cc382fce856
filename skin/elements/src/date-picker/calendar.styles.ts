import { css, type CSSResult } from 'lit';

/** Styles of a calendar grid. */
export const calendarStyles: CSSResult = css`
  .head {
    display: flex;
    align-items: center;
    gap: 0.1rem;
    margin-block-end: 0.35rem;
  }
  h2 {
    flex: 1;
    margin: 0;
    font-size: 1em;
    font-weight: 600;
    text-align: center;
  }
  .turn {
    display: grid;
    place-items: center;
    inline-size: 2rem;
    block-size: 2rem;
    padding: 0;
    color: var(--_text-muted);
    background: none;
    border: 0;
    border-radius: var(--_radius);
    cursor: pointer;
  }
  .turn:hover:enabled {
    color: var(--_text);
    background: var(--_surface-sunken);
  }
  .turn:disabled {
    opacity: 0.4;
    cursor: not-allowed;
  }
  .turn svg {
    inline-size: 1.1rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
    stroke-linecap: round;
  }
  :host(:dir(rtl)) .turn svg {
    scale: -1 1;
  }
  table {
    border-collapse: separate;
    border-spacing: 0 2px;
  }
  th {
    block-size: 1.75rem;
    font-size: var(--_font-size-small);
    font-weight: 500;
    color: var(--_text-muted);
  }
  td {
    inline-size: 2.35rem;
    block-size: 2.25rem;
    padding: 0;
    text-align: center;
    font-variant-numeric: tabular-nums;
    border-radius: var(--_radius);
  }
  [part='day'] {
    cursor: pointer;
  }
  [part='day']:hover {
    background: color-mix(in oklab, var(--_text) 9%, transparent);
  }
  [aria-current] {
    font-weight: 700;
    text-decoration: underline 2px;
    text-underline-offset: 0.2em;
  }
  .within {
    border-radius: 0;
    background: color-mix(in oklab, var(--_accent) 14%, transparent);
  }
  [part='day'][aria-selected='true'] {
    color: var(--_on-accent);
    background: var(--_accent);
  }
  [part='day'][aria-disabled] {
    color: var(--_text-muted);
    text-decoration: line-through;
    cursor: not-allowed;
  }
  [part='day'][aria-disabled][aria-selected='true'] {
    color: var(--_on-accent);
  }
  td:focus-visible {
    outline-offset: 1px;
  }
  .hint {
    margin: 0.5rem 0 0;
    font-size: var(--_font-size-small);
    color: var(--_text-muted);
  }
  @media (forced-colors: active) {
    .within {
      outline: 1px solid Highlight;
    }
    [part='day'][aria-selected='true'] {
      forced-color-adjust: none;
      color: HighlightText;
      background: Highlight;
    }
  }
`;
