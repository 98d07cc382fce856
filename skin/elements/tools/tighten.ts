import type { Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';
import { tightCss } from './tight-css.ts';

// As written, and as the compiler leaves it. One with a template inside a template is left alone.
const template = /(\bcss ?|\bunsafeCSS\()`((?:[^`$]|\$(?!\{)|\$\{(?:[^{}`]|\{[^{}`]*\})*\})*)`/g;

/**
 * A module with its templates of CSS made tight.
 *
 * @param keepsLines Whether each keeps its number of lines, so that a source map from before still holds.
 */
export const tighten = (source: string, keepsLines = false): string =>
  source.replace(template, (_all, tag: string, css: string) => {
    const lines = keepsLines ? '\n'.repeat(css.split('\n').length - 1) : '';
    return `${tag}\`${tightCss(css)}${lines}\``;
  });

/** Bundles the kit's own modules with tight CSS. */
export const tightening: Plugin = {
  name: 'tightening',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\]elements[/\\]src[/\\].*\.ts$/ }, ({ path }) => ({
      contents: tighten(readFileSync(path, 'utf8')),
      loader: 'ts',
    })),
};
