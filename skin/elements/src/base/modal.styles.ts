import { css, type CSSResult } from 'lit';

/** Styles of a modal: title with closing button, content, actions. */
export const modalStyles: CSSResult = css`
  :host {
    display: contents;
  }
  dialog {
    inline-size: fit-content;
    max-inline-size: min(40rem, calc(100vw - 2rem));
    max-block-size: calc(100dvh - 2rem);
    padding: 0;
    overflow: auto;
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius-large);
    box-shadow: var(--_shadow-large);
  }
  dialog::backdrop {
    background: rgb(8 18 26 / 48%);
  }
  dialog[open] {
    animation: arrive var(--_duration) ease-out;
  }
  @keyframes arrive {
    from {
      opacity: 0;
      translate: 0 8px;
    }
  }
  header {
    display: flex;
    align-items: center;
    gap: 1rem;
    justify-content: space-between;
    padding: 0.8rem 0.8rem 0.8rem 1.2rem;
    border-block-end: 1px solid var(--_border);
  }
  h2 {
    margin: 0;
    font-size: 1.05rem;
    font-weight: 640;
  }
  .close {
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
  .close:hover {
    color: var(--_text);
    background: color-mix(in oklab, var(--_text) 9%, transparent);
  }
  .close svg {
    inline-size: 1.15rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
    stroke-linecap: round;
  }
  .body {
    padding: 1.2rem;
  }
  footer {
    padding: 0 1.2rem 1.2rem;
  }
`;
