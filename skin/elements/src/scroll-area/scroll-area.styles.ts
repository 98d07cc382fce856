import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const scrollAreaStyles: CSSResult = css`
  :host {
    --_shade: light-dark(#0a1e2d47, #000000bf);
    position: relative;
    display: flex;
    overflow: hidden;
  }
  :host([hidden]) {
    display: none !important;
  }
  .view {
    flex: 1;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }
  :host([axis='horizontal']) .view {
    overflow: auto hidden;
  }
  :host([axis='both']) .view {
    overflow: auto;
  }
  .view > div {
    min-inline-size: 100%;
  }
  :host(:is([axis='horizontal'], [axis='both'])) .view > div {
    inline-size: max-content;
  }
  .view:focus-visible {
    outline: 2px solid var(--skin-focus, light-dark(#0074ca, #60c2ff));
    outline-offset: -2px;
  }
  :host::after {
    content: '';
    position: absolute;
    z-index: 1;
    inset: 0;
    pointer-events: none;
    box-shadow:
      inset 0 var(--_top, 0) 8px -8px var(--_shade),
      inset 0 var(--_bottom, 0) 8px -8px var(--_shade),
      inset var(--_left, 0) 0 8px -8px var(--_shade),
      inset var(--_right, 0) 0 8px -8px var(--_shade);
  }
  :host(:state(top)) {
    --_top: 9px;
  }
  :host(:state(bottom)) {
    --_bottom: -9px;
  }
  :host(:state(left)) {
    --_left: 9px;
  }
  :host(:state(right)) {
    --_right: -9px;
  }
  @media (forced-colors: active) {
    :host::after {
      border: solid;
      border-width: min(2px, var(--_top, 0px)) min(2px, -1 * var(--_right, 0px)) min(2px, -1 * var(--_bottom, 0px))
        min(2px, var(--_left, 0px));
    }
  }
`;
