import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const carouselStyles: CSSResult = css`
  :host {
    display: block;
    min-inline-size: 0;
    --_gap: var(--skin-gap, 1rem);
  }
  section {
    display: grid;
    grid-template: minmax(0, 1fr) auto / minmax(0, 1fr);
    gap: 0.5rem;
    block-size: 100%;
  }
  /* First in the order of the keyboard, below for the eye. */
  .bar:not([hidden]) {
    order: 1;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: 0.25rem;
  }
  .frame {
    display: flex;
    gap: var(--_gap);
    overflow: auto hidden;
    overscroll-behavior-inline: contain;
    scroll-snap-type: x mandatory;
    scrollbar-width: none;
    border-radius: var(--_radius);
  }
  ::slotted(*) {
    --_n: var(--skin-slides-per-view, var(--_per));
    --_each: calc((100% - (var(--_n) - 1) * var(--_gap)) / var(--_n));
    flex: none;
    inline-size: var(--_each);
    scroll-snap-align: start;
  }
  :host([orientation='vertical']) .frame {
    flex-direction: column;
    overflow: hidden auto;
    scroll-snap-type: y mandatory;
    block-size: 100%;
    min-block-size: 0;
  }
  :host([orientation='vertical']) ::slotted(*) {
    inline-size: 100%;
    block-size: var(--_each);
  }
  button {
    display: grid;
    place-items: center;
    inline-size: 2.25rem;
    block-size: 2.25rem;
    padding: 0;
    color: var(--_text);
    background: none;
    border: 1px solid transparent;
    border-radius: 50%;
    cursor: pointer;
  }
  button:hover:not([aria-disabled]) {
    background: color-mix(in oklab, var(--_text) 8%, transparent);
  }
  button[aria-disabled] {
    opacity: 0.45;
    cursor: not-allowed;
  }
  svg {
    inline-size: 1.15rem;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
  }
  button:not(#play) svg:dir(rtl) {
    scale: -1 1;
  }
  :host([orientation='vertical']) button:not(#play) svg {
    rotate: 90deg;
    scale: none;
  }
  .dots {
    display: flex;
    flex-wrap: wrap;
  }
  .dots button {
    inline-size: 1.5rem;
    block-size: 1.5rem;
  }
  .dots button::before {
    content: '';
    inline-size: 0.6rem;
    block-size: 0.6rem;
    border: 1px solid var(--_border-control);
    border-radius: 1rem;
  }
  .dots [aria-current]::before {
    inline-size: 1.1rem;
    background: var(--_accent);
    border-color: var(--_accent);
  }
  bdi {
    color: var(--_text-muted);
  }
  output {
    position: absolute;
    clip-path: inset(50%);
  }
  @media (forced-colors: active) {
    .dots button {
      border-color: Canvas;
    }
    .dots [aria-current]::before {
      background: Highlight;
      border-color: Highlight;
    }
  }
`;
