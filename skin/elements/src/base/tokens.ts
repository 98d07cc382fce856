import { palettes } from './palettes.ts';
import { scales } from './scales.ts';

// In groups, so that an element brings along only those that it reads. Pairs are light, dark.

/** Of text. */
export const textTokens: Readonly<Record<string, string>> = {
  font: "system-ui, 'Liberation Sans', sans-serif",
  'font-size': '0.9375rem',
  'font-size-small': '0.8125rem',
  text: 'light-dark(oklch(25% 0.03 235), oklch(94% 0.008 220))',
  'text-muted': 'light-dark(oklch(47% 0.025 235), oklch(74% 0.02 225))',
};

/** Of lines. */
export const lineTokens: Readonly<Record<string, string>> = {
  border: 'light-dark(oklch(89% 0.012 225), oklch(34% 0.022 235))',
};

/** Of what can be followed or focused. */
export const accentTokens: Readonly<Record<string, string>> = {
  accent: 'light-dark(oklch(46% 0.11 225), oklch(76% 0.11 220))',
  focus: 'light-dark(oklch(55% 0.16 250), oklch(78% 0.13 240))',
};

/** Of surfaces that stand on the page. */
export const surfaceTokens: Readonly<Record<string, string>> = {
  surface: 'light-dark(#ffffff, oklch(22% 0.02 235))',
  radius: '0.55rem',
};

/** Of what changes. */
export const stateTokens: Readonly<Record<string, string>> = {
  'border-control': 'light-dark(oklch(62% 0.02 230), oklch(57% 0.022 230))',
  'on-accent': 'light-dark(#ffffff, oklch(18% 0.03 235))',
  duration: '140ms',
};

/** Of what is wrong. */
export const dangerTokens: Readonly<Record<string, string>> = {
  danger: 'light-dark(oklch(50% 0.2 25), oklch(76% 0.14 22))',
};

/** Of fields and buttons. */
export const controlTokens: Readonly<Record<string, string>> = {
  'control-height': '2.25rem',
  'surface-sunken': 'light-dark(oklch(97% 0.006 225), oklch(18.5% 0.018 235))',
  'accent-hover': 'light-dark(oklch(40% 0.105 225), oklch(82% 0.1 220))',
};

/** Of cards and of what stands above the page. */
export const panelTokens: Readonly<Record<string, string>> = {
  'radius-large': '0.85rem',
  shadow: '0 1px 2px light-dark(rgb(10 30 45 / 8%), rgb(0 0 0 / 35%))',
  'shadow-large': '0 18px 50px light-dark(rgb(10 30 45 / 22%), rgb(0 0 0 / 60%))',
};

/** The tokens that every element reads. */
export const coreTokens: Readonly<Record<string, string>> = /* @__PURE__ */ Object.assign(
  {},
  textTokens,
  lineTokens,
  accentTokens,
  surfaceTokens,
  stateTokens,
  dangerTokens,
);

/** The tokens of badges and messages, which say something by their colour. */
export const toneTokens: Readonly<Record<string, string>> = {
  'danger-soft': 'light-dark(oklch(95% 0.025 22), oklch(30% 0.06 22))',
  'danger-text': 'light-dark(oklch(43% 0.17 25), oklch(85% 0.09 22))',
  'warning-soft': 'light-dark(oklch(95.5% 0.04 340), oklch(31% 0.07 345))',
  'warning-text': 'light-dark(oklch(43% 0.17 345), oklch(86% 0.09 345))',
  'success-soft': 'light-dark(oklch(95.5% 0.035 160), oklch(29% 0.05 165))',
  'success-text': 'light-dark(oklch(40% 0.1 160), oklch(86% 0.09 160))',
  'info-soft': 'light-dark(oklch(95% 0.025 225), oklch(30% 0.045 230))',
  'info-text': 'light-dark(oklch(41% 0.09 230), oklch(86% 0.06 220))',
};

/** Design tokens: name without `--skin-`, and the value that holds where a page sets none. */
export const tokens: Readonly<Record<string, string>> = /* @__PURE__ */ Object.assign(
  { space: '0.5rem' },
  coreTokens,
  controlTokens,
  panelTokens,
  toneTokens,
);

/** CSS that reads each token as --_name: the page's value if it sets one, else the default. */
export const privately = (some: Readonly<Record<string, string>>): string =>
  Object.entries(some)
    .map(([name, value]) => `--_${name}:var(--skin-${name},${value});`)
    .join('');

/**
 * The rules by which `data-skin-theme` chooses one of the kit's themes. Each sets all that any of them does, so that one
 * may stand within another.
 */
export const themesSheet = (): string => {
  const names = new Set(Object.values(palettes).flatMap((palette) => Object.keys(palette)));
  return Object.entries(palettes)
    .map(([theme, palette]) => {
      const values = [...names].map((name) => `  --skin-${name}: ${palette[name] ?? tokens[name] ?? ''};\n`);
      return `[data-skin-theme='${theme}'] {\n${values.join('')}}\n`;
    })
    .join('');
};

/** The same tokens as a plain stylesheet, with the scales, for pages that want to read or change them in one place. */
export const tokensSheet = (): string =>
  `:root {\n  color-scheme: light dark;\n${[...Object.entries(tokens), ...Object.entries(scales())]
    .map(([name, value]) => `  --skin-${name}: ${value};`)
    .join(
      '\n',
    )}\n}\n[data-theme='light'] { color-scheme: light; }\n[data-theme='dark'] { color-scheme: dark; }\n${themesSheet()}`;
