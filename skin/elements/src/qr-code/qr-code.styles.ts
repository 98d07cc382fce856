import { css, type CSSResultGroup, unsafeCSS } from 'lit';
import { dangerTokens, privately, surfaceTokens, textTokens } from '../base/tokens.ts';

/** Styles of the element. Scanners want dark on light, in every theme. */
export const qrCodeStyles: CSSResultGroup = [
  unsafeCSS(`:host{${privately({ ...textTokens, ...surfaceTokens, ...dangerTokens })}}`),
  css`
    :host {
      box-sizing: border-box;
      display: inline-block;
      vertical-align: top;
      max-inline-size: 100%;
    }
    :host([hidden]) {
      display: none !important;
    }
    div {
      box-sizing: border-box;
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
      color: var(--skin-qr-color, #000);
      background: var(--skin-qr-background, #fff);
      forced-color-adjust: none;
    }
    p {
      place-self: center;
      margin: 0;
      padding: 0.75rem;
      font: var(--_font-size-small)/1.45 var(--_font);
      text-align: center;
    }
    div:has(p) {
      border: 1px solid;
      color: var(--_danger);
    }
    .empty {
      border: 1px dashed var(--_text-muted);
    }
  `,
];
