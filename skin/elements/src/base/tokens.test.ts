import { beforeAll, describe, expect, it } from 'vitest';
import { contrast, contrastPairs, type Rgb, rgbOf } from './contrast.ts';
import { palettes } from './palettes.ts';
import { rampNames, rampSteps, scales } from './scales.ts';
import { tokens, tokensSheet } from './tokens.ts';

const looks = Object.keys(palettes).flatMap((theme) => [
  [theme, 'light'],
  [theme, 'dark'],
]);

describe.each(looks)('the tokens, in the theme %s, %s', (theme, scheme) => {
  const probe = document.createElement('i');
  const resolve = (name: string): Rgb => {
    probe.style.color = `var(--skin-${name})`;
    return rgbOf(getComputedStyle(probe).color);
  };
  beforeAll(() => {
    const sheet = document.createElement('style');
    sheet.textContent = tokensSheet();
    document.head.append(sheet);
    document.body.append(probe);
  });

  it.each(contrastPairs)('%s on %s: at least %f : 1', (ink, ground, least) => {
    probe.style.colorScheme = scheme ?? '';
    probe.dataset['skinTheme'] = theme;
    const found = contrast(resolve(ink), resolve(ground));
    expect(found).toBeGreaterThanOrEqual(least);
  });
});

it('has every token in its stylesheet', () => {
  for (const name of [...Object.keys(tokens), ...Object.keys(scales())])
    expect(tokensSheet()).toContain(`--skin-${name}:`);
});

describe.each([...rampNames])('the ramp %s', (name) => {
  const probe = document.createElement('i');
  document.body.append(probe);
  const shown = (colour: string): Rgb => {
    probe.style.color = colour;
    return rgbOf(getComputedStyle(probe).color);
  };
  const step = (at: number): Rgb => shown(scales()[`${name}-${at}`] ?? '');
  const pairs: readonly (readonly [ink: number | 'white', ground: number | 'white', least: number])[] = [
    [500, 'white', 3],
    [600, 'white', 4.5],
    [700, 50, 4.5],
    [700, 100, 4.5],
    [800, 200, 4.5],
    [300, 900, 4.5],
    [200, 800, 4.5],
    ['white', 700, 4.5],
    [50, 950, 7],
    [400, 950, 4.5],
  ];

  it.each(pairs)('%s on %s: at least %f : 1', (ink, ground, least) => {
    const [first, second] = [ink, ground].map((one) => (one === 'white' ? shown('#fff') : step(one)));
    expect(contrast(first as Rgb, second as Rgb)).toBeGreaterThanOrEqual(least);
  });

  it('gets darker from step to step', () => {
    const white = shown('#fff');
    const ratios = rampSteps.map((at) => contrast(step(at), white));
    expect(ratios).toEqual(ratios.toSorted((a, b) => a - b));
  });
});
