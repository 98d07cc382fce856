/** A canvas that keeps its pixels as sharp as the screen, and redraws when its size or the theme changes. */
export class SharpCanvas {
  readonly element: HTMLCanvasElement;
  readonly #draw: () => void;
  width = 0;
  height = 0;

  constructor(element: HTMLCanvasElement, draw: () => void) {
    this.element = element;
    this.#draw = draw;
    new ResizeObserver(() => this.redraw()).observe(element);
    for (const look of ['(prefers-color-scheme: dark)', '(forced-colors: active)'])
      matchMedia(look).addEventListener('change', () => this.redraw());
    new MutationObserver(() => this.redraw()).observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  get context(): CanvasRenderingContext2D {
    const context = this.element.getContext('2d');
    if (context === null) throw new Error('This browser has no 2D canvas.');
    return context;
  }

  /** Fits the pixels to the element and draws anew. */
  redraw(): void {
    const { width, height } = this.element.getBoundingClientRect();
    if (width === 0 || height === 0) return;
    this.width = width;
    this.height = height;
    const scale = Math.min(devicePixelRatio, 2);
    this.element.width = Math.round(width * scale);
    this.element.height = Math.round(height * scale);
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#draw();
  }

  clear(): void {
    this.context.clearRect(0, 0, this.width, this.height);
  }
}

/** The value of a CSS custom property as the page's present theme has it. */
export const cssColor = (name: string): string => {
  // A registered colour property computes light-dark() away; a plain one gives the text back, so let the engine resolve it.
  probe.style.color = `var(${name})`;
  if (!probe.isConnected) document.body.append(probe);
  return getComputedStyle(probe).color;
};

const probe: HTMLElement = document.createElement('i');
probe.hidden = true;
// Else every colour is that of text where colours are forced, and the map a blot.
probe.style.setProperty('forced-color-adjust', 'none');

/** Colour of a magnitude, from the page's ramp `--quake-0` … `--quake-4`. */
export const magnitudeStep = (magnitude: number): number =>
  magnitude < 1.5 ? 0 : magnitude < 3 ? 1 : magnitude < 4.5 ? 2 : magnitude < 6 ? 3 : 4;

/** Radius of a magnitude's disc, in CSS pixels. */
export const magnitudeRadius = (magnitude: number, scale = 1): number =>
  scale * (1.6 + Math.max(0, magnitude + 0.5) ** 1.55 * 0.72);
