import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const tableStyles: CSSResult = css`
  :host {
    display: grid;
    grid-template-rows: minmax(0, 1fr);
    min-inline-size: 0;
  }
  :host(:state(virtual)) {
    max-block-size: 32rem;
  }
  .base {
    display: flex;
    flex-direction: column;
    min-inline-size: 0;
    overflow: hidden;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius-large);
  }
  .frame {
    position: relative;
    min-block-size: 0;
    overflow: auto;
    overflow-anchor: none;
    contain: layout paint;
    scroll-padding-block: 2.5rem 0.5rem;
    scrollbar-width: thin;
  }
  table {
    inline-size: 100%;
    border-collapse: separate;
    border-spacing: 0;
    font-variant-numeric: tabular-nums;
  }
  .sized {
    table-layout: fixed;
  }
  .natural {
    inline-size: max-content;
  }
  .natural colgroup {
    display: none;
  }
  :is(.sized, .natural) :is(td, tbody th) {
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
  }
  th,
  td {
    padding: 0.45rem 0.95rem;
    text-align: start;
    border-block-start: 1px solid var(--_border);
  }
  /* One thing that sticks, not one for each heading: each would be placed anew as the rows are scrolled. */
  thead {
    position: sticky;
    inset-block-start: 0;
    z-index: 2;
  }
  thead > tr > * {
    position: relative;
    padding: 0;
    border: 0;
    box-shadow: 0 1px var(--_border);
    background: var(--_surface-sunken);
    font-size: var(--_font-size-small);
    font-weight: 600;
    color: var(--_text-muted);
    white-space: nowrap;
  }
  .pin {
    position: sticky;
    z-index: 1;
    inset-inline-start: 0;
    background: var(--_surface);
  }
  /* Until it is scrolled aside nothing has to stick there: each cell that does costs time whenever rows are scrolled. */
  .frame:not(.aside) .sized tbody .pin:not(.at-end) {
    position: static;
  }
  .choice + .choice {
    inset-inline-start: 2.75rem;
  }
  .at-end {
    inset-inline-start: auto;
  }
  thead .pin {
    z-index: 2;
    background: var(--_surface-sunken);
  }
  .edge.at-start {
    border-inline-end: 1px solid var(--_border-control);
  }
  .edge.at-end {
    border-inline-start: 1px solid var(--_border-control);
  }
  .head {
    display: flex;
    align-items: center;
    min-block-size: 2.25rem;
  }
  .name {
    display: flex;
    flex: 1;
    align-items: center;
    gap: 0.3rem;
    min-inline-size: 0;
    min-block-size: 2.25rem;
    padding: 0.25rem 0.95rem;
    font: inherit;
    color: inherit;
    background: none;
    border: 0;
    text-align: start;
  }
  .label {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .slim {
    padding-inline-end: 0.2rem;
  }
  button.name,
  .menu,
  .expand {
    cursor: pointer;
  }
  button.name:hover,
  .menu:hover {
    color: var(--_text);
  }
  :is(thead button, tr, td, th, .expand, .frame):focus-visible {
    outline-offset: -2px;
  }
  .menu,
  .expand {
    display: grid;
    flex: none;
    place-items: center;
    inline-size: 1.5rem;
    block-size: 1.75rem;
    margin-inline-end: 0.4rem;
    padding: 0;
    color: inherit;
    background: none;
    border: 0;
    border-radius: calc(var(--_radius) - 3px);
  }
  .menu.on {
    color: var(--_accent);
  }
  .menu:is(:hover, [aria-expanded='true']) {
    background: var(--_border);
  }
  svg {
    flex: none;
    inline-size: 0.85rem;
    block-size: 0.85rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2.4;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .menu svg {
    inline-size: 1rem;
    block-size: 1rem;
  }
  .arrow {
    opacity: 0;
  }
  th:is([aria-sort='ascending'], [aria-sort='descending']) .arrow {
    opacity: 1;
    color: var(--_accent);
  }
  th[aria-sort='descending'] .arrow {
    rotate: 180deg;
  }
  th[aria-sort='none'] .name:hover .arrow {
    opacity: 0.7;
  }
  .grip {
    position: absolute;
    z-index: 1;
    inset-block: 0;
    inset-inline-end: 0;
    inline-size: 0.6rem;
    cursor: col-resize;
    touch-action: none;
  }
  .grip::after {
    content: '';
    position: absolute;
    inset-block: 25%;
    inset-inline-end: 0;
    inline-size: 2px;
    background: var(--_border);
  }
  .grip:is(:hover, :active)::after {
    inset-block: 0;
    background: var(--_accent);
  }
  .dragged {
    opacity: 0.55;
  }
  .drop {
    border-inline-start: 3px solid var(--_accent);
  }
  .drop-after {
    border-inline-end: 3px solid var(--_accent);
  }
  .end {
    text-align: end;
  }
  .tight {
    white-space: nowrap;
  }
  .end .name {
    justify-content: end;
    flex-direction: row-reverse;
    text-align: end;
  }
  tr.active {
    cursor: pointer;
  }
  tr.active:hover > :is(td, th) {
    background: color-mix(in oklab, var(--_accent) 8%, var(--_surface));
  }
  tr[aria-selected='true'] > :is(td, th) {
    background: color-mix(in oklab, var(--_accent) 14%, var(--_surface));
  }
  tr > .choice {
    inline-size: 2.75rem;
    padding-inline: 0.6rem 0.4rem;
  }
  .choice label {
    display: block;
    inline-size: 1.5rem;
    block-size: 1.5rem;
    padding: 0.2rem;
    cursor: pointer;
  }
  .choice input {
    display: block;
    inline-size: 1.1rem;
    block-size: 1.1rem;
    margin: 0;
    accent-color: var(--_accent);
    cursor: inherit;
  }
  .expand {
    margin: 0;
  }
  .expand[aria-expanded='true'] svg {
    rotate: 90deg;
  }
  .expand[aria-expanded='false']:dir(rtl) svg {
    scale: -1 1;
  }
  .detail td {
    white-space: normal;
    background: var(--_surface-sunken);
  }
  .gap td {
    padding: 0;
    border: 0;
  }
  .empty td {
    padding: 2rem;
    text-align: center;
    color: var(--_text-muted);
  }
  .ghost {
    display: block;
    inline-size: 60%;
    block-size: 0.8em;
    margin-block: 0.3em;
    background: var(--_border);
  }
  .wait {
    display: inline-block;
    inline-size: 1em;
    block-size: 1em;
    margin-inline-end: 0.5em;
    vertical-align: -0.15em;
    background: none;
    border: 2px solid var(--_accent);
    border-block-start-color: transparent;
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @media (forced-colors: active) {
    tr[aria-selected='true'] > :is(td, th) {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
    .grip::after,
    .ghost {
      background: CanvasText;
    }
  }
  .narrow :is(td:not(.choice), tbody th) {
    padding-inline: 0.6rem;
  }
  .narrow .name {
    padding-inline-start: 0.6rem;
  }
`;
