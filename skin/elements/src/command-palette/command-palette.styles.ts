import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const commandPaletteStyles: CSSResult = css`
  :host {
    display: contents;
  }
  dialog {
    inline-size: min(36rem, calc(100vw - 2rem));
    max-block-size: min(30rem, calc(100dvh - 2rem));
    margin-block-start: min(12dvh, 7rem);
    padding: 0;
    overflow: hidden;
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius-large);
    box-shadow: var(--_shadow-large);
  }
  dialog[open] {
    display: flex;
    flex-direction: column;
  }
  dialog::backdrop {
    background: rgb(8 18 26 / 48%);
  }
  input {
    flex: none;
    inline-size: 100%;
    min-block-size: 3.25rem;
    padding: 0 1.1rem;
    font: inherit;
    font-size: 1.05rem;
    color: inherit;
    background: none;
    border: 0;
    border-block-end: 1px solid var(--_border);
    border-radius: var(--_radius-large) var(--_radius-large) 0 0;
  }
  input:focus-visible {
    outline-offset: -3px;
  }
  input::placeholder {
    color: var(--_text-muted);
    opacity: 1;
  }
  .list {
    overflow: auto;
    padding: 0.4rem;
  }
  .name {
    padding: 0.5rem 0.7rem 0.2rem;
    color: var(--_text-muted);
    font-size: var(--_font-size-small);
    font-weight: 560;
  }
  [role='option'] {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1rem;
    min-block-size: 2.4rem;
    padding: 0.25rem 0.7rem;
    border-radius: var(--_radius);
    overflow-wrap: anywhere;
    cursor: pointer;
  }
  [role='option']:hover {
    background: color-mix(in oklab, var(--_text) 6%, transparent);
  }
  [aria-selected='true'] {
    background: color-mix(in oklab, var(--_accent) 14%, transparent);
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
  }
  [aria-disabled] {
    opacity: 0.55;
    cursor: not-allowed;
  }
  kbd {
    flex: none;
    padding: 0.05rem 0.4rem;
    font: inherit;
    font-size: var(--_font-size-small);
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) - 3px);
  }
  [role='status'] {
    padding: 0 0.7rem;
    color: var(--_text-muted);
  }
  .none {
    padding: 1rem 1.1rem;
  }
  .count {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
`;
