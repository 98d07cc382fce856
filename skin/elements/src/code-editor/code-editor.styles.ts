import { type CSSResult, unsafeCSS } from 'lit';
import { privately, toneTokens } from '../base/tokens.ts';

/** Colours of code, as pairs for light and dark; each a custom property `--skin-code-<name>`. */
export const codeTokens: Readonly<Record<string, string>> = {
  'code-keyword': 'light-dark(oklch(45% 0.17 305), oklch(80% 0.11 305))',
  'code-string': 'light-dark(oklch(43% 0.1 150), oklch(83% 0.1 150))',
  'code-number': 'light-dark(oklch(47% 0.13 45), oklch(82% 0.1 65))',
  'code-comment': 'light-dark(oklch(48% 0.025 235), oklch(78% 0.02 225))',
  'code-type': 'light-dark(oklch(45% 0.09 200), oklch(83% 0.08 195))',
  'code-property': 'light-dark(oklch(44% 0.13 255), oklch(80% 0.09 250))',
  'code-function': 'light-dark(oklch(46% 0.14 350), oklch(82% 0.09 350))',
};

/** Fills behind code, on which its colours are as well read. */
export const codeFills: Readonly<Record<string, string>> = {
  'code-selection': 'light-dark(oklch(90% 0.05 240), oklch(36% 0.06 240))',
  'code-line': 'light-dark(oklch(60% 0.1 225 / 8%), oklch(75% 0.08 225 / 9%))',
  'code-match': 'light-dark(oklch(92% 0.06 95), oklch(35% 0.05 95))',
};

/** Styles of the editor around its engine, and of what stands for it until it is there. */
export const codeEditorStyles: CSSResult = unsafeCSS(`
:host {
  ${privately(toneTokens)}
  ${privately(codeTokens)}
  ${privately(codeFills)}
  --_code-font: var(--skin-code-font, 0.85rem/1.55 ui-monospace, 'Liberation Mono', monospace);
  display: inline-flex;
  flex-direction: column;
  inline-size: 40rem;
}
.frame {
  position: relative;
  display: grid;
  grid-template: minmax(0, 1fr) / minmax(0, 1fr);
  flex: 1 1 auto;
  min-block-size: calc(var(--_rows) * 1.55 * 0.85rem + 1.1rem);
  max-block-size: var(--skin-code-editor-max-height, 32rem);
  overflow: hidden;
  background: var(--_surface);
  border: 1px solid var(--_border-control);
  border-radius: var(--_radius);
  transition: border-color var(--_duration);
}
.frame:hover {
  border-color: var(--_text-muted);
}
.frame:focus-within {
  border-color: transparent;
  outline: 2px solid var(--_focus);
}
.frame.invalid {
  border-color: var(--_danger);
}
:host([readonly]) .frame {
  background: var(--_surface-sunken);
}
.frame.disabled {
  opacity: 0.6;
}
#mount {
  display: contents;
}
.plain {
  min-inline-size: 0;
  margin: 0;
  padding: 0.5rem 0.75rem;
  font: var(--_code-font);
  color: inherit;
  white-space: pre;
  tab-size: var(--_tab);
  background: none;
  border: 0;
  outline: 0;
  resize: none;
  overflow: auto;
  field-sizing: content;
}
:host([wrap]) .plain {
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.plain::placeholder {
  color: var(--_text-muted);
  opacity: 1;
}
.hint {
  position: absolute;
  inline-size: 1px;
  block-size: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (forced-colors: active) {
  .frame.disabled {
    color: GrayText;
    border-color: GrayText;
    opacity: 1;
  }
}
`);
