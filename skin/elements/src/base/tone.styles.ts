import { type CSSResult, unsafeCSS } from 'lit';
import { privately, toneTokens } from './tokens.ts';

/** The tones' colours, for elements that have one: --_soft to fill, --_ink to write on it. */
export const toneStyles: CSSResult = unsafeCSS(`
:host {
  ${privately(toneTokens)}
  --_soft: color-mix(in oklab, var(--_text) 9%, transparent);
  --_ink: var(--_text);
}
${['info', 'success', 'warning', 'danger']
  .map((tone) => `:host([tone='${tone}']) { --_soft: var(--_${tone}-soft); --_ink: var(--_${tone}-text); }`)
  .join('\n')}
`);
