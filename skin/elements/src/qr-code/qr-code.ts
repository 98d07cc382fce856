import type * as engine from 'lean-qr';
import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  svg,
  type TemplateResult,
} from 'lit';
import { luminance, rgbOf } from '../base/contrast.ts';
import { EventCell } from '../base/event-cell.ts';
import { term } from '../base/terms.ts';
import { qrCodeStyles } from './qr-code.styles.ts';

declare module '../base/terms.ts' {
  interface Terms {
    readonly qrCode: string;
    readonly qrTooLong: string;
    readonly qrFailed: string;
  }
}

/** How much of a code may be lost: 7, 15, 25 or 30 percent. */
export type QrLevel = 'L' | 'M' | 'Q' | 'H';

/** Why there is no code: the value is longer than any code holds, or the library could not be loaded. */
export type QrFailure = 'too-long' | 'engine';

/** Detail of `qr-error`. */
export interface QrError {
  readonly reason: QrFailure;
  /** What the import was refused with. */
  readonly error?: unknown;
}

/** What a code is saved as. */
export interface QrImageOptions {
  /** Default `image/svg+xml`. */
  readonly type?: 'image/svg+xml' | 'image/png' | 'image/webp';
  /** Width and height in pixels. Default 1024. */
  readonly size?: number;
}

/** What draws codes; it is loaded when there is one to be drawn. */
type Engine = typeof engine;

/** No version holds more digits, and fewer of anything else. */
const mostSigns = 7089;
/** Below that, scanners begin to fail. */
const leastContrast = 3;

const within = (value: unknown, least: number, most: number, otherwise: number): number => {
  const number = Number(value ?? Number.NaN);
  return Number.isFinite(number) ? Math.max(least, Math.min(most, number)) : otherwise;
};

/** Contrast of the modules on what is around them; below 1 where they are the lighter. */
const darkOnLight = ({ color, backgroundColor }: CSSStyleDeclaration): number =>
  (luminance(rgbOf(backgroundColor)) + 0.05) / (luminance(rgbOf(color)) + 0.05);

/**
 * A code in the smallest version that holds the text.
 *
 * @throws when none does.
 * @see ISO/IEC 18004
 */
const encode = ({ correction, generate, mode }: Engine, text: string, level: QrLevel): engine.Bitmap2D => {
  const bytes = new TextEncoder().encode(text);
  const correctionLevel = correction['LMQH'.includes(level) ? level : 'M'];
  // Scanners take bytes that say nothing of themselves as UTF-8; not all of them know the mark that would say it.
  return generate(bytes.length > text.length ? mode.bytes(bytes) : text, {
    modes: [mode.numeric, mode.alphaNumeric, mode.ascii],
    minCorrectionLevel: correctionLevel,
    maxCorrectionLevel: correctionLevel,
  });
};

/** Width of a code with its quiet zone, and its dark modules as one path: a rectangle for each run of a row. */
const outline = (code: engine.Bitmap2D, margin: number): [width: number, path: string] => {
  const width = code.size + 2 * margin;
  let path = '';
  for (let y = 0; y < width; y += 1)
    for (let x = 0; x < width; x += 1) {
      const from = x;
      while (code.get(x - margin, y - margin)) x += 1;
      if (x > from) path += `M${from} ${y}h${x - from}v1h${from - x}z`;
    }
  return [width, path];
};

/**
 * QR code: a text that a camera can read, drawn as vectors with its quiet zone. It stays dark on light in every theme.
 *
 * @tag skin-qr-code
 * @fires qr-error - When the value can't be shown; detail: `{ reason, error }`, where the reason is `too-long` or `engine`.
 * @fires low-contrast - When a scanner may fail on its colours; detail: `{ ratio }`.
 * @csspart code - The drawing.
 * @csspart message - What is told where there is no code.
 * @cssprop --skin-qr-color - Colour of the modules. Default black.
 * @cssprop --skin-qr-background - Colour around them. Default white.
 * @cssState low-contrast - A scanner may fail on its colours.
 * @cssState failed - The value can't be shown.
 */
export class QrCodeCell extends EventCell {
  static override styles: CSSResultGroup = qrCodeStyles;
  static override properties: PropertyDeclarations = {
    value: {},
    level: {},
    size: { type: Number },
    margin: { type: Number },
    label: {},
    engine: { state: true },
    failure: { state: true },
  };

  /** The text, often an address. */
  declare value: string;
  /** How much of it may be lost. Default `M`. */
  declare level: QrLevel;
  /** Width and height in pixels. Default 160; it shrinks where there is less room. */
  declare size: number;
  /** Width of the quiet zone around it, in modules. Default 4, which scanners are promised. */
  declare margin: number;
  /** Accessible name; by default what it holds. */
  declare label: string;
  declare protected engine: Engine | undefined;
  declare protected failure: QrFailure | '';
  #code: engine.Bitmap2D | undefined;

  constructor() {
    super();
    this.value = '';
    this.level = 'M';
    this.size = 160;
    this.margin = 4;
    this.label = '';
    this.failure = '';
  }

  get #text(): string {
    return String(this.value ?? '');
  }
  get #quietZone(): number {
    return Math.round(within(this.margin, 0, 20, 4));
  }

  /** How it is drawn now, if it is. */
  get #style(): CSSStyleDeclaration | undefined {
    const drawing = this.renderRoot?.querySelector('svg');
    return drawing ? getComputedStyle(drawing) : undefined;
  }

  /** The code as a document of SVG, or an empty text where there is none. */
  toSvg(size: number = 1024): string {
    const code = this.#code;
    const style = this.#style;
    if (code === undefined || style === undefined) return '';
    const [all, path] = outline(code, this.#quietZone);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${all} ${all}" width="${size}" height="${size}" shape-rendering="crispEdges"><path fill="${style.backgroundColor}" d="M0 0h${all}v${all}H0z"/><path fill="${style.color}" d="${path}"/></svg>`;
  }

  /** The code as a file, or undefined where there is none. */
  async toBlob({ type = 'image/svg+xml', size = 1024 }: QrImageOptions = {}): Promise<Blob | undefined> {
    const pixels = Math.round(within(size, 16, 8192, 1024));
    const text = this.toSvg(pixels);
    if (text === '') return undefined;
    if (type === 'image/svg+xml') return new Blob([text], { type });
    const canvas = new OffscreenCanvas(pixels, pixels);
    const context = canvas.getContext('2d');
    const image = new Image(pixels, pixels);
    image.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
    await image.decode();
    context?.drawImage(image, 0, 0, pixels, pixels);
    return canvas.convertToBlob({ type });
  }

  /** Saves the code under a name; its ending is added. */
  async download(name: string = 'qr-code', options: QrImageOptions = {}): Promise<void> {
    const blob = await this.toBlob(options);
    if (blob === undefined) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = `${name}.${blob.type.replace(/^image\/|\+xml$/g, '')}`;
    link.click();
    // The browser has taken what it needs once the click was handled.
    setTimeout(() => URL.revokeObjectURL(link.href));
  }

  #fail(reason: QrFailure, error?: unknown): void {
    this.failure = reason;
    this.emit<QrError>('qr-error', { reason, error });
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('engine') && !changed.has('value') && !changed.has('level')) return;
    const { engine } = this;
    const text = this.#text;
    this.failure = '';
    this.#code = undefined;
    if (engine === undefined || text === '') return;
    try {
      if (text.length <= mostSigns) this.#code = encode(engine, text, this.level);
    } catch {}
    if (this.#code === undefined) this.#fail('too-long');
  }

  protected override updated(changed: PropertyValues): void {
    if (this.#text !== '' && this.engine === undefined && changed.has('value'))
      import('lean-qr').then(
        (engine) => (this.engine = engine),
        (error: unknown) => this.#fail('engine', error),
      );
    this.setState('failed', this.failure !== '');
    const style = this.#style;
    const ratio = style === undefined ? Infinity : darkOnLight(style);
    const isLow = ratio < leastContrast;
    // Told once, not at each drawing.
    if (isLow && !this.internals.states.has('low-contrast')) this.emit('low-contrast', { ratio });
    this.setState('low-contrast', isLow);
  }

  #message(): TemplateResult {
    const text =
      this.failure === 'too-long'
        ? term(this, 'qrTooLong', 'This text is too long for a QR code.')
        : term(this, 'qrFailed', 'The QR code could not be drawn.');
    return html`<p part="message">${text}</p>`;
  }

  #drawing(code: engine.Bitmap2D): TemplateResult {
    const [all, path] = outline(code, this.#quietZone);
    const text = this.#text;
    const name = `${term(this, 'qrCode', 'QR code')}: ${text.length > 120 ? `${text.slice(0, 119)}…` : text}`;
    return html`<svg
      part="code"
      role="img"
      aria-label=${this.label || name}
      viewBox=${`0 0 ${all} ${all}`}
      shape-rendering="crispEdges"
    >
      ${svg`<path fill="currentcolor" d=${path} />`}
    </svg>`;
  }

  protected override render(): TemplateResult {
    const code = this.#code;
    return html`<div
      class=${this.#text === '' ? 'empty' : nothing}
      style=${`--_size:${within(this.size, 24, 4096, 160)}px`}
    >
      ${code ? this.#drawing(code) : this.failure ? this.#message() : nothing}
    </div>`;
  }
}

QrCodeCell.define('skin-qr-code');

declare global {
  interface HTMLElementTagNameMap {
    'skin-qr-code': QrCodeCell;
  }
}
