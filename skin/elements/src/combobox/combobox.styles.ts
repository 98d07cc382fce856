import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const comboboxStyles: CSSResult = css`
  [popover] {
    min-inline-size: anchor-size(inline);
    max-block-size: min(18rem, calc(100dvh - 1rem));
    padding: 0.3rem;
    box-shadow: var(--_shadow-large);
  }
  [role='option'] {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    min-block-size: 2rem;
    padding: 0.2rem 0.6rem;
    border-radius: calc(var(--_radius) - 3px);
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  [role='option']:hover {
    background: color-mix(in oklab, var(--_text) 6%, transparent);
  }
  .active {
    background: color-mix(in oklab, var(--_accent) 16%, transparent);
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
  }
  [aria-selected='true'] {
    font-weight: 620;
    color: var(--_accent);
  }
  [aria-disabled] {
    opacity: 0.55;
    cursor: not-allowed;
  }
  .end {
    inset-inline-end: 0.65rem;
    color: var(--_text-muted);
    pointer-events: none;
  }
  .none {
    padding: 0.5rem 0.6rem;
    color: var(--_text-muted);
  }
`;
