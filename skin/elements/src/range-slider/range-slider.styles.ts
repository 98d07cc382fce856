import { css, type CSSResult } from 'lit';

/** Styles of the element: two native range inputs over one track, of which only the thumbs take the pointer. */
export const rangeSliderStyles: CSSResult = css`
  .box {
    position: relative;
    block-size: 1.5rem;
    touch-action: pan-y;
    cursor: pointer;
    forced-color-adjust: none;
  }
  .box::before,
  i {
    content: '';
    position: absolute;
    inset: 0.6rem 0;
    border-radius: 1rem;
    background: var(--_border-control);
  }
  i {
    inset-inline: var(--from) calc(100% - var(--to));
    background: var(--_accent);
  }
  input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    margin: 0;
    appearance: none;
    background: none;
    border-radius: var(--_radius);
    pointer-events: none;
  }
  ::-webkit-slider-thumb {
    appearance: none;
    inline-size: 1.5rem;
    block-size: 1.5rem;
    border: 0.25rem solid var(--_surface);
    border-radius: 50%;
    background: var(--_accent);
    box-shadow: 0 0 0 1px var(--_border-control);
  }
  ::-moz-range-thumb {
    box-sizing: border-box;
    inline-size: 1.5rem;
    block-size: 1.5rem;
    border: 0.25rem solid var(--_surface);
    border-radius: 50%;
    background: var(--_accent);
  }
  :host(:disabled) .box {
    opacity: 0.6;
  }
  output {
    font-variant-numeric: tabular-nums;
  }
`;
