import { css, type CSSResult } from 'lit';

/** Styles of formatted text. */
export const markdownStyles: CSSResult = css`
  :host {
    display: block;
    min-inline-size: 0;
    overflow-wrap: break-word;
  }
  .plain,
  slot:not([hidden]) {
    display: block;
    white-space: pre-wrap;
  }
  section,
  .plain {
    content-visibility: auto;
    contain-intrinsic-block-size: auto 60rem;
  }
  #content > :first-child,
  section:first-child > :first-child {
    margin-block-start: 0;
  }
  #content > :last-child,
  section:last-child > :last-child {
    margin-block-end: 0;
  }
  dl,
  figure,
  .scroll,
  details,
  skin-code-block {
    margin-block: 0.8em;
  }
  .has-task {
    list-style: none;
  }
  .task {
    display: inline-grid;
    place-items: center;
    inline-size: 1em;
    block-size: 1em;
    margin-inline: -1.5em 0.5em;
    vertical-align: -0.1em;
    border: 1.5px solid var(--_text-muted);
    border-radius: 0.2em;
  }
  .done {
    background: var(--_accent);
    border-color: var(--_accent);
  }
  .done::before {
    inline-size: 0.3em;
    block-size: 0.6em;
    margin-block-end: 0.12em;
    content: '';
    border: solid var(--_on-accent);
    border-width: 0 2px 2px 0;
    transform: rotate(45deg);
  }
  img {
    max-inline-size: 100%;
    block-size: auto;
    border-radius: var(--_radius);
  }
  kbd {
    border: 1px solid var(--_border-control);
  }
  mark {
    color: inherit;
    background: var(--_warning-soft);
  }
  .scroll {
    overflow-x: auto;
    border-radius: var(--_radius);
  }
  .scroll pre {
    margin: 0;
    inline-size: max-content;
    min-inline-size: 100%;
  }
  table {
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }
  caption {
    margin-block-end: 0.4em;
    font-weight: 550;
    text-align: start;
  }
  th,
  td {
    padding: 0.4em 0.8em;
    text-align: start;
    border-block-end: 1px solid var(--_border);
  }
  th {
    font-weight: 600;
    background: var(--_surface-sunken);
    border-block-end-color: var(--_border-control);
  }
  [align='center'] {
    text-align: center;
  }
  [align='right'] {
    text-align: end;
  }
  @media (forced-colors: active) {
    .done {
      background: Highlight;
    }
    .done::before {
      border-color: HighlightText;
    }
  }
`;
