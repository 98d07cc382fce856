/** A theme: the tokens that it sets otherwise than the first one does. */
export type Palette = Readonly<Record<string, string>>;

/** Colours of one hue, of more or less of it: what the palettes share, so that contrast holds in each. */
export const tinted = (hue: number, accent: number): Palette => ({
  text: `light-dark(oklch(25% 0.03 ${hue}), oklch(94% 0.008 ${hue}))`,
  'text-muted': `light-dark(oklch(46% 0.025 ${hue}), oklch(75% 0.02 ${hue}))`,
  border: `light-dark(oklch(88% 0.016 ${hue}), oklch(35% 0.02 ${hue}))`,
  'border-control': `light-dark(oklch(61% 0.025 ${hue}), oklch(58% 0.022 ${hue}))`,
  surface: `light-dark(oklch(99.4% 0.004 ${hue}), oklch(22% 0.015 ${hue}))`,
  'surface-sunken': `light-dark(oklch(97% 0.01 ${hue}), oklch(18.5% 0.013 ${hue}))`,
  accent: `light-dark(oklch(47% ${accent} ${hue}), oklch(77% ${accent} ${hue}))`,
  'accent-hover': `light-dark(oklch(41% ${accent} ${hue}), oklch(83% ${accent} ${hue}))`,
  'on-accent': `light-dark(#ffffff, oklch(18% 0.03 ${hue}))`,
});

/**
 * The themes of the kit by name, for `data-skin-theme` on any element. The first is the one that holds where a page
 * names none.
 */
export const palettes: Readonly<Record<string, Palette>> = {
  lagoon: {},
  ember: /* @__PURE__ */ Object.assign(
    { radius: '0.25rem', 'radius-large': '0.4rem' },
    /* @__PURE__ */ tinted(45, 0.12),
  ),
  graphite: /* @__PURE__ */ Object.assign(
    { radius: '0.9rem', 'radius-large': '1.2rem' },
    /* @__PURE__ */ tinted(265, 0.015),
  ),
};
