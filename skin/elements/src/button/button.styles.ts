import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const buttonStyles: CSSResult = css`
  :host {
    display: inline-block;
    vertical-align: middle;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.45em;
    inline-size: 100%;
    min-block-size: var(--_control-height);
    min-inline-size: var(--_control-height);
    padding: 0.3rem 0.95rem;
    margin: 0;
    font: inherit;
    font-weight: 560;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border-control);
    border-start-start-radius: var(--_start, var(--_radius));
    border-end-start-radius: var(--_start, var(--_radius));
    border-start-end-radius: var(--_end, var(--_radius));
    border-end-end-radius: var(--_end, var(--_radius));
    cursor: pointer;
    white-space: nowrap;
    transition:
      background-color var(--_duration),
      border-color var(--_duration),
      color var(--_duration);
  }
  button:hover {
    background: var(--_surface-sunken);
    border-color: var(--_text-muted);
  }
  button:active {
    translate: 0 0.5px;
  }
  :host([variant='primary']) button {
    background: var(--_accent);
    border-color: transparent;
    color: var(--_on-accent);
  }
  :host([variant='primary']) button:hover {
    background: var(--_accent-hover);
  }
  :host([variant='ghost']) button {
    background: transparent;
    border-color: transparent;
  }
  :host([variant='ghost']) button:hover {
    background: color-mix(in oklab, var(--_text) 9%, transparent);
  }
  :host([variant='danger']) button {
    background: var(--_danger);
    border-color: transparent;
    color: var(--_on-accent);
  }
  :host([pressed]) button {
    background: var(--_surface-sunken);
    border-color: var(--_accent);
    color: var(--_accent);
  }
  :host([size='small']) button {
    min-block-size: 1.85rem;
    min-inline-size: 1.85rem;
    padding: 0.15rem 0.65rem;
    font-size: var(--_font-size-small);
  }
  :host([label]:not([label=''])) button {
    padding-inline: 0.45rem;
  }
  button:disabled {
    opacity: 0.55;
    cursor: not-allowed;
  }
  .spinner {
    inline-size: 1em;
    aspect-ratio: 1;
    border-radius: 50%;
    border: 2px solid currentcolor;
    border-inline-end-color: transparent;
    animation: spin 0.8s linear infinite;
    forced-color-adjust: none;
  }
  @keyframes spin {
    to {
      rotate: 1turn;
    }
  }
  @media (forced-colors: active) {
    button {
      color: ButtonText !important;
      background: ButtonFace !important;
      border-color: currentcolor !important;
    }
    :host(:is([variant='primary'], [pressed])) button:enabled {
      color: HighlightText !important;
      background: Highlight !important;
      forced-color-adjust: none;
    }
    button:disabled {
      color: GrayText !important;
      background: ButtonFace !important;
      opacity: 1;
    }
  }
`;
