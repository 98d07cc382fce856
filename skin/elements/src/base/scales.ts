/** Steps of a colour ramp, from the lightest to the darkest, with their lightness and share of the chroma in OKLCH. */
const steps: readonly (readonly [step: number, lightness: number, chroma: number])[] = [
  [50, 97.6, 0.12],
  [100, 95, 0.22],
  [200, 90, 0.4],
  [300, 82, 0.65],
  [400, 73, 0.9],
  [500, 62.5, 1],
  [600, 53, 1],
  [700, 45, 0.95],
  [800, 37, 0.8],
  [900, 29, 0.6],
  [950, 21, 0.4],
];

/** Hue and most chroma of each ramp. */
const ramps: Readonly<Record<string, readonly [hue: number, chroma: number]>> = {
  neutral: [230, 0.025],
  accent: [225, 0.11],
  info: [250, 0.13],
  success: [160, 0.12],
  warning: [75, 0.12],
  danger: [25, 0.19],
};

/**
 * Scales that pages build with: colour ramps, sizes of text, spaces, motion. The elements themselves read the tokens. White
 * and the steps up to 100 can be read on 700 and darker, and the other way round; 600 can be read on white, 500 can be told
 * from it.
 *
 * @returns values by name without `--skin-`.
 */
export const scales = (): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...Object.entries(ramps).flatMap(([name, [hue, chroma]]) =>
      steps.map(([step, lightness, share]) => [
        `${name}-${step}`,
        `oklch(${lightness}% ${Math.round(chroma * share * 1000) / 1000} ${hue})`,
      ]),
    ),
    ...[0.75, 0.8125, 0.9375, 1.0625, 1.25, 1.5, 1.875, 2.375].map((rem, at) => [`font-size-${at + 1}`, `${rem}rem`]),
    ...[0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4].map((rem, at) => [`space-${at + 1}`, `${rem}rem`]),
    ['line-height-tight', '1.2'],
    ['line-height', '1.5'],
    ['duration-fast', '80ms'],
    ['duration-slow', '280ms'],
    ['ease-out', 'cubic-bezier(0.2, 0, 0, 1)'],
    ['ease-in-out', 'cubic-bezier(0.6, 0, 0.2, 1)'],
  ]);

/** Names of the ramps, and of their steps. */
export const rampNames: readonly string[] = /* @__PURE__ */ Object.keys(ramps);
/** Steps of each ramp, lightest first. */
export const rampSteps: readonly number[] = /* @__PURE__ */ steps.map(([step]) => step);
