import { css, type CSSResult } from 'lit';

/** Styles of the list that a select of the kit's own opens. */
export const choiceListStyles: CSSResult = css`
  button.control {
    overflow: hidden;
    white-space: nowrap;
  }
  [popover] {
    min-inline-size: 14rem;
    min-inline-size: anchor-size(inline);
    max-inline-size: min(28rem, calc(100vw - 1rem));
    padding: 0.3rem;
    border-radius: var(--_radius-large);
    box-shadow: var(--_shadow-large);
    overflow: hidden;
  }
  [popover]:popover-open {
    display: flex;
    flex-direction: column;
  }
  .search {
    flex: none;
    margin-block-end: 0.3rem;
  }
  #list {
    max-block-size: min(20rem, calc(100dvh - 5rem));
    overflow: auto;
    scrollbar-width: thin;
  }
  [role='option'] {
    display: flex;
    gap: 0.5rem;
    align-items: center;
    min-block-size: 2.1rem;
    padding: 0.3rem 0.6rem;
    border-radius: var(--_radius);
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  [role='option'] span {
    flex: 1;
  }
  [role='option'] svg {
    position: static;
    flex: none;
    color: var(--_accent);
  }
  [role='option']:hover {
    background: color-mix(in oklab, var(--_text) 6%, transparent);
  }
  .active {
    background: color-mix(in oklab, var(--_text) 9%, transparent);
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
  }
  [aria-selected='true'] {
    font-weight: 560;
  }
  [role='option'][aria-disabled] {
    color: var(--_text-muted);
    opacity: 0.7;
    cursor: not-allowed;
  }
  .heading {
    padding: 0.4rem 0.6rem 0.2rem;
    font-size: var(--_font-size-small);
    font-weight: 560;
    color: var(--_text-muted);
  }
`;
