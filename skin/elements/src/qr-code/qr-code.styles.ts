import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const qrCodeStyles: CSSResult = css`
  :host {
    display: inline-block;
    vertical-align: top;
    max-inline-size: 100%;
  }
  div {
    display: grid;
    inline-size: var(--_size);
    max-inline-size: 100%;
    aspect-ratio: 1;
    overflow: hidden;
    border-radius: var(--_radius);
  }
  svg {
    inline-size: 100%;
    block-size: 100%;
    /* Scanners want dark on light, in every theme. */
    color: var(--skin-qr-color, #000);
    background: var(--skin-qr-background, #fff);
    forced-color-adjust: none;
  }
  p {
    place-self: center;
    margin: 0;
    padding: 0.75rem;
    font-size: var(--_font-size-small);
    text-align: center;
    color: var(--_text-muted);
  }
  .empty {
    border: 1px dashed var(--_border-control);
  }
  .failed {
    border: 1px solid var(--_danger);
  }
  .failed p {
    color: var(--_danger);
  }
`;
