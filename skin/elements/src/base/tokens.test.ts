import { beforeAll, describe, expect, it } from 'vitest';
import { tokens, tokensSheet } from './tokens.ts';

type Rgb = readonly [number, number, number];

/** What the browser makes of a colour, in sRGB: read from a pixel, so that its own gamut mapping counts. */
const rgbOf = (color: string): Rgb => {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('There is no canvas.');
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
};

/** Relative luminance. @see https://www.w3.org/TR/WCAG21/#dfn-relative-luminance */
const luminance = (rgb: Rgb): number => {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (one: Rgb, other: Rgb): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

describe.each(['light', 'dark'])('the tokens, in the %s theme', (theme) => {
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

  // Text needs 4.5 : 1, the outlines of controls and the focus ring 3 : 1 (WCAG 2.1, 1.4.3 and 1.4.11).
  it.each([
    ['text', 'surface', 4.5],
    ['text', 'surface-sunken', 4.5],
    ['text-muted', 'surface', 4.5],
    ['text-muted', 'surface-sunken', 4.5],
    ['accent', 'surface', 4.5],
    ['on-accent', 'accent', 4.5],
    ['on-accent', 'accent-hover', 4.5],
    ['on-accent', 'danger', 4.5],
    ['danger', 'surface', 4.5],
    ['border-control', 'surface', 3],
    ['focus', 'surface', 3],
    ['focus', 'surface-sunken', 3],
    ['danger-text', 'danger-soft', 4.5],
    ['warning-text', 'warning-soft', 4.5],
    ['success-text', 'success-soft', 4.5],
    ['info-text', 'info-soft', 4.5],
  ])('%s on %s: at least %f : 1', (ink, ground, least) => {
    probe.style.colorScheme = theme;
    const found = contrast(resolve(ink), resolve(ground));
    expect(found).toBeGreaterThanOrEqual(least);
  });
});

it('has every token in its stylesheet', () => {
  for (const name of Object.keys(tokens)) expect(tokensSheet()).toContain(`--skin-${name}:`);
});
