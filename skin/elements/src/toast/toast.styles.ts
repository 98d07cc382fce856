import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const toastStyles: CSSResult = css`
  :host {
    display: flex;
    align-items: flex-start;
    gap: 0.65rem;
    min-inline-size: min(17rem, 92vw);
    max-inline-size: min(26rem, 92vw);
    padding: 0.7rem 0.6rem 0.7rem 0.85rem;
    padding-inline: 0.85rem 0.6rem;
    pointer-events: auto;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius-large);
    box-shadow: var(--_shadow-large);
    animation: arrive 0.2s ease-out;
  }
  @keyframes arrive {
    from {
      opacity: 0;
      translate: 0 12px;
    }
  }
  .mark {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 1.75rem;
    block-size: 1.75rem;
    border-radius: 50%;
    background: var(--_soft);
    color: var(--_ink);
  }
  .text {
    flex: 1;
    padding-block: 0.2rem;
    overflow-wrap: anywhere;
  }
  button {
    display: grid;
    place-items: center;
    flex: none;
    min-inline-size: 1.75rem;
    min-block-size: 1.75rem;
    padding: 0;
    font: inherit;
    color: var(--_text-muted);
    background: none;
    border: 0;
    border-radius: var(--_radius);
    cursor: pointer;
  }
  .action {
    padding-inline: 0.5rem;
    font-weight: 600;
    color: var(--_accent);
  }
  button:hover {
    color: var(--_text);
    background: color-mix(in oklab, var(--_text) 9%, transparent);
  }
  svg {
    inline-size: 1rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  @media (prefers-reduced-motion: reduce) {
    :host {
      animation: none;
    }
  }
`;
