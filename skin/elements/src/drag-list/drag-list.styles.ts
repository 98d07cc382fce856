import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const dragListStyles: CSSResult = css`
  :host {
    --_gap: var(--skin-gap, 0.5rem);
    display: block;
    min-inline-size: 0;
  }
  .list {
    display: flex;
    flex-direction: column;
    gap: var(--_gap);
    min-block-size: 3rem;
    block-size: 100%;
  }
  :host([layout='row']) .list {
    flex-flow: row;
  }
  :host([layout='grid']) .list {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(var(--skin-column-min, 10rem), 100%), 1fr));
    align-content: start;
  }
  .place {
    flex: none;
    background: color-mix(in oklab, var(--_accent) 10%, transparent);
    border: 2px dashed var(--_accent);
    border-radius: var(--_radius);
  }
  .said {
    position: absolute;
    clip-path: inset(50%);
  }
`;
