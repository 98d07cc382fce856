import { css, type CSSResult } from 'lit';

/** Styles of the element. The list is the platform's own, and in the kit's style where the browser lets us draw it. */
export const selectStyles: CSSResult = css`
  .box {
    position: relative;
    display: grid;
  }
  .control {
    appearance: none;
    padding-inline-end: 2.1rem;
    cursor: pointer;
    text-align: start;
    text-overflow: ellipsis;
  }
  .control.unset {
    color: var(--_text-muted);
  }
  option,
  optgroup {
    background: var(--_surface);
    color: var(--_text);
  }
  svg {
    position: absolute;
    inset-inline-end: 0.6rem;
    inset-block-start: calc(50% - 0.55em);
    inline-size: 1.1em;
    block-size: 1.1em;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
    pointer-events: none;
    color: var(--_text-muted);
  }
  @supports (appearance: base-select) {
    .control,
    .control::picker(select) {
      appearance: base-select;
    }
    .control {
      display: flex;
      align-items: center;
      overflow: hidden;
      white-space: nowrap;
    }
    .control::picker-icon {
      display: none;
    }
    .control::picker(select) {
      min-inline-size: anchor-size(width);
      max-block-size: min(24rem, 80vh);
      margin-block: 0.3rem;
      padding: 0.3rem;
      color: var(--_text);
      background: var(--_surface);
      border: 1px solid var(--_border);
      border-radius: var(--_radius-large);
      box-shadow: var(--_shadow-large);
      scrollbar-width: thin;
    }
    option {
      display: flex;
      align-items: center;
      gap: 0.5rem;
      min-block-size: 2.1rem;
      padding: 0.3rem 0.6rem;
      background: none;
      border-radius: var(--_radius);
    }
    option::checkmark {
      order: 1;
      margin-inline-start: auto;
      color: var(--_accent);
    }
    option:checked {
      font-weight: 560;
    }
    option:hover:not(:disabled),
    option:focus-visible {
      background: color-mix(in oklab, var(--_text) 9%, transparent);
    }
    option:focus-visible {
      outline-offset: -2px;
    }
    option:disabled {
      color: var(--_text-muted);
      opacity: 0.7;
    }
    optgroup {
      padding-block: 0.25rem;
      font-size: var(--_font-size-small);
      color: var(--_text-muted);
      background: none;
    }
    optgroup option {
      font-size: var(--_font-size);
      font-weight: 400;
      color: var(--_text);
    }
  }
`;
