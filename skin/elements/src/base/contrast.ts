/** A colour in sRGB, each part 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What the browser makes of a colour, in sRGB: read from a pixel, so that its own gamut mapping counts. */
export const rgbOf = (color: string): Rgb => {
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('There is no canvas.');
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
};

/** Relative luminance, 0 to 1. @see https://www.w3.org/TR/WCAG21/#dfn-relative-luminance */
export const luminance = (rgb: Rgb): number => {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** Contrast ratio of two colours, 1 to 21. @see https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio */
export const contrast = (one: Rgb, other: Rgb): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

/**
 * Tokens that stand on one another, and the least contrast between them: 4.5 for text, 3 for the outlines of controls
 * and the focus ring (WCAG 2.1, 1.4.3 and 1.4.11).
 */
export const contrastPairs: readonly (readonly [ink: string, ground: string, least: number])[] = [
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
];
