import { LitElement } from 'lit';
import { describe, expect, it } from 'vitest';
import { tightCss } from '../../tools/tight-css.ts';
import * as kit from '../all.ts';

const sheets = new Set(
  Object.values<unknown>(kit)
    .filter((one) => typeof one === 'function' && one.prototype instanceof LitElement)
    .flatMap((one) => (one as typeof LitElement).elementStyles)
    .map((style) => ('cssText' in style ? style.cssText : '')),
);

/** What the browser understands of a sheet. In values that it has not yet computed it keeps the space of the author. */
const understood = (css: string): string[] => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return Array.from(sheet.cssRules, ({ cssText }) =>
    cssText
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/([:,]) /g, '$1')
      .replaceAll(/\b0\./g, '.'),
  );
};

describe('the CSS that is handed out', () => {
  it.each([
    ["a { content: ' ; /* x */ '; }", "a{content:' ; /* x */ '}"],
    ['a  b > c , d :hover {\n  top : calc(1px + (2px - 3px));\n}\n', 'a b>c,d :hover{top :calc(1px + (2px - 3px))}'],
    ['@media (width > 1rem) { a { --b: 1; /* why; */ color: red; } }', '@media (width>1rem){a{--b:1;color:red}}'],
    ["a { content: 'it\\'s { ; }' / ''; }", "a{content:'it\\'s { ; }' / ''}"],
    [
      'a { left: -0.5px !important; inset: 10.50px 0 calc(2 * 0.5px) }',
      'a{left:-.5px!important;inset:10.50px 0 calc(2 * .5px)}',
    ],
    ['a { top: ${ x }; ${y({ ...z })} }', 'a{top:${ x };${y({ ...z })}}'],
  ])('has no space to no purpose: %s', (css, tight) => {
    expect(tightCss(css)).toBe(tight);
  });

  it('means the same as what was written, in every element', () => {
    expect(sheets.size).toBeGreaterThan(80);
    for (const css of sheets) {
      expect(understood(tightCss(css))).toEqual(understood(css));
      expect(tightCss(tightCss(css))).toBe(tightCss(css));
    }
  });
});
