import { type CSSResult, unsafeCSS } from 'lit';
import { panelTokens, privately } from './tokens.ts';

/** The tokens of cards and of what stands above the page. */
export const panelStyles: CSSResult = unsafeCSS(`:host{${privately(panelTokens)}}`);
