import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const resizableStyles: CSSResult = css`
  :host {
    position: relative;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    max-inline-size: 100%;
    min-inline-size: 0;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  .content {
    overflow: auto;
    border-radius: inherit;
  }
  .handle {
    position: absolute;
    z-index: 1;
    display: grid;
    place-items: center;
    touch-action: none;
    user-select: none;
  }
  /* Targets of 24 pixels, half of them outside, around short thick lines. */
  .width {
    inset-block: 0;
    inset-inline-end: -0.75rem;
    inline-size: 1.5rem;
    cursor: ew-resize;
  }
  :host([side='start']) .width {
    inset-inline: -0.75rem auto;
  }
  .height {
    inset-inline: 0;
    inset-block-end: -0.75rem;
    block-size: 1.5rem;
    cursor: ns-resize;
  }
  .corner {
    z-index: 2;
    inset-block-end: -0.75rem;
    inset-inline-end: -0.75rem;
    inline-size: 1.5rem;
    block-size: 1.5rem;
    cursor: nwse-resize;
  }
  :host(:is([side='start']:dir(ltr), :not([side='start']):dir(rtl))) .corner {
    cursor: nesw-resize;
  }
  :host([side='start']) .corner {
    inset-inline: -0.75rem auto;
  }
  .handle::after {
    content: '';
    inline-size: 0.3rem;
    block-size: min(2.25rem, 60%);
    border-radius: 1rem;
    background: var(--_border-control);
  }
  .height::after {
    inline-size: min(2.25rem, 60%);
    block-size: 0.3rem;
  }
  .corner::after {
    inline-size: 0.6rem;
    block-size: 0.6rem;
    border-radius: 50%;
  }
  .handle:is(:hover, :focus-visible)::after,
  :host(:state(resizing)) .handle::after {
    background: var(--_accent);
  }
  .handle:focus-visible {
    outline-offset: -4px;
    border-radius: var(--_radius);
  }
  @media (forced-colors: active) {
    .handle::after {
      background: CanvasText;
    }
    .handle:is(:hover, :focus-visible)::after {
      background: Highlight;
    }
  }
`;
