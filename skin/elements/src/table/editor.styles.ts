import { css, type CSSResult } from 'lit';

/** Styles of the editors in a table's cells. */
export const editorStyles: CSSResult = css`
  .mark {
    display: inline-grid;
    place-items: center;
    inline-size: 1.1em;
    block-size: 1.1em;
    margin-inline-start: 0.4em;
    font-size: 0.85em;
    font-weight: 700;
    color: var(--_on-accent);
    background: var(--_danger);
    border-radius: 50%;
  }
  [aria-invalid='true']:is(td, th) {
    box-shadow: inset 0 -2px var(--_danger);
  }
  td.edited,
  tbody th.edited {
    padding: 0.15rem 0.35rem;
    white-space: normal;
  }
  #editor {
    inline-size: 100%;
    min-block-size: 1.9rem;
    padding: 0.1rem 0.5rem;
    font: inherit;
    color: inherit;
    text-align: inherit;
    background: var(--_surface);
    border: 1px solid var(--_border-control);
    border-radius: calc(var(--_radius) - 3px);
  }
  #editor[type='checkbox'] {
    inline-size: 1.2rem;
    min-block-size: 1.2rem;
    accent-color: var(--_accent);
  }
  #editor[aria-invalid='true'] {
    border-color: var(--_danger);
  }
  #edit-error {
    margin: 0.2rem 0 0;
    font-size: var(--_font-size-small);
    color: var(--_danger);
  }
`;
