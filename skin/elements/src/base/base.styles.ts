import { type CSSResult, unsafeCSS } from 'lit';
import { coreTokens, privately } from './tokens.ts';

// Whether a pair of colours gives its light or its dark side follows the inherited color-scheme, so a theme is one CSS
// property on any ancestor.

/** Styles that every element shares: one sheet, adopted by all of them. */
export const baseStyles: CSSResult = unsafeCSS(`
:host {
  ${privately(coreTokens)}
  box-sizing: border-box;
  font: var(--_font-size)/1.45 var(--_font);
  color: var(--_text);
}
:host([hidden]) { display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
:focus-visible { outline: 2px solid var(--_focus); outline-offset: 2px; }
@media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation: none !important; transition: none !important; } }
`);
