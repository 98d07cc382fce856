import { type CSSResult, unsafeCSS } from 'lit';
import { controlTokens, privately } from './tokens.ts';

/** The tokens of fields and buttons. */
export const controlStyles: CSSResult = unsafeCSS(`:host{${privately(controlTokens)}}`);
