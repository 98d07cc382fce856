import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const fileUploadStyles: CSSResult = css`
  :host {
    inline-size: min(22rem, 100%);
    min-inline-size: 0;
  }
  .zone {
    position: relative;
    display: grid;
    justify-items: center;
    gap: 0.25rem;
    margin: 0;
    padding: 1.25rem 0.75rem;
    font-weight: inherit;
    text-align: center;
    border: 1px dashed var(--_border-control);
    border-radius: var(--_radius);
    background: var(--_surface);
    cursor: pointer;
  }
  .zone input {
    position: absolute;
    inset: 0;
    opacity: 0;
    font-size: 0;
    cursor: inherit;
  }
  .zone:has(:focus-visible) {
    outline: 2px solid var(--_focus);
  }
  .zone:hover,
  :host(:state(dragging)) .zone {
    background: color-mix(in oklab, var(--_accent) 12%, var(--_surface));
  }
  :host(:state(user-invalid)) .zone {
    border-color: var(--_danger);
  }
  :host(:disabled) .zone {
    color: var(--_text-muted);
    cursor: not-allowed;
  }
  ul {
    display: grid;
    gap: 0.35rem;
    margin: 0.5rem 0 0;
    padding: 0;
    list-style: none;
  }
  ul:not(:has(li)) {
    display: none;
  }
  li {
    display: grid;
    grid-template-columns: 1fr auto;
    align-items: center;
    padding-block: 0.35rem;
    padding-inline: 0.65rem 0.35rem;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
  }
  li span {
    overflow-wrap: anywhere;
  }
  li small {
    display: block;
    font-size: var(--_font-size-small);
    color: var(--_text-muted);
  }
  .failed small,
  .refused small {
    color: var(--_danger);
  }
  progress {
    grid-column: 1 / -1;
    inline-size: 100%;
    block-size: 0.35rem;
    accent-color: var(--_accent);
  }
  button {
    inline-size: 1.85rem;
    block-size: 1.85rem;
    padding: 0.35rem;
    color: var(--_text-muted);
    background: none;
    border: 0;
    border-radius: var(--_radius);
    cursor: pointer;
  }
  button:hover {
    color: var(--_text);
  }
  svg {
    display: block;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
  }
  output {
    position: absolute;
    clip-path: inset(50%);
  }
`;
