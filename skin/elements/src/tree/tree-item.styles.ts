import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const treeItemStyles: CSSResult = css`
  :host {
    display: block;
  }
  .row {
    display: flex;
    align-items: center;
    gap: 0.4rem;
    min-block-size: 2rem;
    padding-inline-end: 0.5rem;
    border-radius: var(--_radius);
    cursor: pointer;
  }
  .row:hover {
    background: color-mix(in oklab, var(--_text) 6%, transparent);
  }
  .row:focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
  }
  :host([selected]) .row {
    color: var(--_accent);
    background: color-mix(in oklab, var(--_accent) 13%, transparent);
    font-weight: 560;
  }
  :host([disabled]) .row {
    opacity: 0.55;
    cursor: not-allowed;
  }
  .toggle {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 1.5rem;
    block-size: 1.5rem;
  }
  svg {
    inline-size: 1rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2.2;
    transition: rotate var(--_duration);
  }
  :host(:dir(rtl)) svg {
    rotate: 180deg;
  }
  :host([expanded]) svg {
    rotate: 90deg;
  }
  .wait {
    inline-size: 0.9rem;
    block-size: 0.9rem;
    border: 2px solid var(--_border-control);
    border-block-start-color: var(--_accent);
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn {
    to {
      rotate: 360deg;
    }
  }
  .label {
    flex: 1;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .children {
    padding-inline-start: var(--skin-tree-indent, 1.25rem);
  }
  @media (forced-colors: active) {
    :host([selected]) .row {
      color: HighlightText;
      background: Highlight;
      forced-color-adjust: none;
    }
    :host([disabled]) .row {
      color: GrayText;
      opacity: 1;
    }
  }
`;
