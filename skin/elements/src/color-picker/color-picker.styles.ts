import { css, type CSSResult } from 'lit';

/** Styles of the element. The chequers beneath show how much of a colour can be seen through. */
export const colorPickerStyles: CSSResult = css`
  .swatch,
  .strip {
    --_chequers: repeating-conic-gradient(#bbb 0 25%, #fff 0 50%) 0 0 / 0.6rem 0.6rem;
    border: 1px solid var(--_border-control);
    border-radius: calc(var(--_radius) - 3px);
    forced-color-adjust: none;
  }
  .swatch {
    display: block;
    inline-size: 1.35rem;
    block-size: 1.35rem;
    background: linear-gradient(var(--color) 0 0), var(--_chequers);
  }
  .control {
    font-variant-numeric: tabular-nums;
  }
  /* The text runs from left to right in either case, and the swatch stands where the line ends. */
  :host(:dir(rtl)) .box .control {
    padding-inline: 2.4rem 0.65rem;
    text-align: end;
  }
  .panel {
    display: grid;
    gap: 0.75rem;
    inline-size: 15rem;
  }
  .area {
    position: relative;
    block-size: 9rem;
    direction: ltr;
    touch-action: none;
    cursor: crosshair;
    border-radius: var(--_radius);
    background:
      linear-gradient(to top, #000, transparent), linear-gradient(to right, #fff, transparent), hsl(var(--hue) 100% 50%);
    forced-color-adjust: none;
  }
  .area i {
    position: absolute;
    inset: calc(100% - var(--y)) auto auto var(--x);
    inline-size: 1.1rem;
    block-size: 1.1rem;
    translate: -50% -50%;
    border: 2px solid #fff;
    border-radius: 50%;
    outline: 1px solid #000;
    background: var(--opaque);
    pointer-events: none;
  }
  .strip {
    appearance: none;
    direction: ltr;
    inline-size: 100%;
    block-size: 1.5rem;
    margin: 0;
    border-radius: var(--_radius);
    cursor: pointer;
  }
  .strip::-webkit-slider-thumb {
    appearance: none;
    inline-size: 0.6rem;
    block-size: 1.7rem;
    background: #fff;
    border: 1px solid #000;
    border-radius: 0.3rem;
  }
  .strip::-moz-range-thumb {
    inline-size: 0.5rem;
    block-size: 1.6rem;
    background: #fff;
    border: 1px solid #000;
    border-radius: 0.3rem;
  }
  #hue {
    background: linear-gradient(to right, red, yellow, lime, cyan, blue, magenta, red);
  }
  #alpha {
    background: linear-gradient(to right, transparent, var(--opaque)), var(--_chequers);
  }
  .swatches {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem;
  }
  .box .swatches button[aria-pressed='true'] {
    background: color-mix(in oklab, var(--_accent) 30%, transparent);
  }
`;
