import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const tableStyles: CSSResult = css`
  :host {
    display: block;
    min-inline-size: 0;
    container-type: inline-size;
  }
  .frame {
    max-block-size: inherit;
    overflow: auto;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius-large);
    scrollbar-width: thin;
  }
  table {
    inline-size: 100%;
    border-collapse: separate;
    border-spacing: 0;
    font-variant-numeric: tabular-nums;
  }
  caption {
    padding: 0.7rem 0.95rem;
    text-align: start;
    font-weight: 600;
  }
  th,
  td {
    padding: 0.45rem 0.95rem;
    text-align: start;
    border-block-end: 1px solid var(--_border);
  }
  tbody th {
    font-weight: 560;
  }
  thead th {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    padding: 0;
    background: var(--_surface-sunken);
    font-size: var(--_font-size-small);
    font-weight: 600;
    color: var(--_text-muted);
    white-space: nowrap;
  }
  th > span,
  th > button {
    display: inline-flex;
    align-items: center;
    gap: 0.3rem;
    min-block-size: 2.25rem;
    padding: 0.25rem 0.95rem;
  }
  th > button {
    inline-size: 100%;
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    cursor: pointer;
    text-align: start;
  }
  th > button:hover {
    color: var(--_text);
  }
  th > button:focus-visible {
    outline-offset: -2px;
  }
  th svg {
    inline-size: 0.85rem;
    block-size: 0.85rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2.4;
    stroke-linecap: round;
    stroke-linejoin: round;
    opacity: 0;
  }
  th[aria-sort='ascending'] svg,
  th[aria-sort='descending'] svg {
    opacity: 1;
    color: var(--_accent);
  }
  th[aria-sort='descending'] svg {
    rotate: 180deg;
  }
  th > button:hover svg {
    opacity: 0.7;
  }
  .end {
    text-align: end;
  }
  th.end > span,
  th.end > button {
    justify-content: end;
    flex-direction: row-reverse;
  }
  tbody tr:last-child > * {
    border-block-end: 0;
  }
  tbody tr.active {
    cursor: pointer;
  }
  tbody tr.active:hover > * {
    background: color-mix(in oklab, var(--_accent) 8%, var(--_surface));
  }
  tbody tr.active {
    scroll-margin-block: 3rem 0.5rem;
  }
  tbody tr:focus-visible {
    outline-offset: -2px;
  }
  tbody tr[aria-selected='true'] > * {
    background: color-mix(in oklab, var(--_accent) 14%, var(--_surface));
  }
  .choice {
    inline-size: 1px;
    padding-inline-end: 0;
  }
  .choice label {
    display: grid;
    place-items: center;
    inline-size: 1.5rem;
    block-size: 1.5rem;
    cursor: pointer;
  }
  thead .choice {
    padding: 0 0 0 0.95rem;
    padding-inline: 0.95rem 0;
  }
  .choice input {
    inline-size: 1.1rem;
    block-size: 1.1rem;
    margin: 0;
    accent-color: var(--_accent);
    cursor: inherit;
  }
  .empty td {
    padding: 2rem;
    text-align: center;
    color: var(--_text-muted);
  }
  @media (forced-colors: active) {
    tbody tr[aria-selected='true'] > * {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
  @container (inline-size < 34rem) {
    th > span,
    th > button,
    td {
      padding-inline: 0.6rem;
    }
  }
`;
