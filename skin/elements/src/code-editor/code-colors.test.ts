import { describe, expect, it } from 'vitest';
import { contrast, type Rgb } from '../base/contrast.ts';
import { surfaceTokens, controlTokens, textTokens } from '../base/tokens.ts';
import { codeFills, codeTokens } from './code-editor.styles.ts';

/** What the browser makes of colours laid over each other, in sRGB: read from a pixel. */
const painted = (...colors: readonly string[]): Rgb => {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('There is no canvas.');
  for (const color of colors) {
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
  }
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
};

describe.each(['light', 'dark'])('code in the %s theme', (theme) => {
  const resolve = (value: string | undefined): string => {
    const probe = document.createElement('i');
    probe.style.colorScheme = theme;
    probe.style.color = value ?? '';
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
  const surfaces = { surface: surfaceTokens['surface'], sunken: controlTokens['surface-sunken'] };
  const colors = Object.entries({ ...codeTokens, text: textTokens['text'] });

  it.each(colors)('%s can be read on every ground', (_name, value) => {
    const ink = painted(resolve(value));
    for (const [surface, ground] of Object.entries(surfaces)) {
      expect([surface, contrast(ink, painted(resolve(ground))) >= 4.5]).toEqual([surface, true]);
      for (const [name, fill] of Object.entries(codeFills)) {
        const ratio = contrast(ink, painted(resolve(ground), resolve(fill)));
        expect([surface, name, ratio >= 4.5, ratio]).toEqual([surface, name, true, ratio]);
      }
    }
  });
});
