import { css, type CSSResult } from 'lit';

/** Styles of a field with buttons or a mark in it. */
export const fieldButtonStyles: CSSResult = css`
  .box {
    position: relative;
    display: grid;
  }
  .end {
    position: absolute;
    inset-block: 1px;
    inset-inline-end: 0.25rem;
    display: flex;
    align-items: center;
  }
  .box .control {
    padding-inline-end: 2.4rem;
  }
  .box button {
    display: grid;
    place-items: center;
    inline-size: 1.85rem;
    block-size: 1.85rem;
    padding: 0;
    color: var(--_text-muted);
    background: none;
    border: 0;
    border-radius: calc(var(--_radius) - 2px);
    cursor: pointer;
  }
  .box button:hover:enabled {
    color: var(--_text);
    background: var(--_surface-sunken);
  }
  .box button:disabled {
    opacity: 0.4;
    cursor: not-allowed;
  }
  .box svg {
    inline-size: 1.1rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
    stroke-linecap: round;
  }
`;
