import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  svg,
  type TemplateResult,
} from 'lit';
import { contrast, rgbOf } from '../base/contrast.ts';
import { missing } from '../base/engine.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';
import { qrCodeStyles } from './qr-code.styles.ts';
import { type QrLevel, qrMatrix } from './qr-matrix.ts';

export type { QrLevel } from './qr-matrix.ts';

declare module '../base/terms.ts' {
  interface Terms {
    readonly qrCode: string;
    readonly qrTooLong: string;
    readonly qrFailed: string;
  }
}

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

/** No version holds more bytes at any level. */
const mostBytes = 7089;
/** Below that, scanners begin to fail. */
const leastContrast = 3;
const levels: readonly unknown[] = ['L', 'M', 'Q', 'H'];

const within = (value: unknown, least: number, most: number, otherwise: number): number => {
  const number = Number(value);
  return value === null || !Number.isFinite(number) ? otherwise : Math.max(least, Math.min(most, number));
};

/** Contrast of a dark on a light colour; below 1 where the dark one is the lighter. */
const darkOnLight = (dark: string, light: string): number =>
  contrast(rgbOf(light), [0, 0, 0]) / contrast(rgbOf(dark), [0, 0, 0]);

/** The dark modules as one path, a rectangle for each run of a row. */
const toPath = (matrix: readonly (readonly boolean[])[], margin: number): string => {
  let path = '';
  for (const [y, row] of matrix.entries()) {
    for (let x = 0; x < row.length; x += 1) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x += 1;
      path += `M${from + margin} ${y + margin}h${x - from + 1}v1h${from - x - 1}z`;
    }
  }
  return path;
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
export class QrCodeCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, qrCodeStyles];
  static override properties: PropertyDeclarations = {
    value: {},
    level: {},
    size: { type: Number },
    margin: { type: Number },
    label: {},
    matrix: { state: true },
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
  declare protected matrix: readonly (readonly boolean[])[] | undefined;
  declare protected failure: QrFailure | '';
  #wanted = '';
  #isLow = false;

  constructor() {
    super();
    this.value = '';
    this.level = 'M';
    this.size = 160;
    this.margin = 4;
    this.label = '';
    this.matrix = undefined;
    this.failure = '';
  }

  get #text(): string {
    return String(this.value ?? '');
  }
  get #safeLevel(): QrLevel {
    return levels.includes(this.level) ? this.level : 'M';
  }
  get #quietZone(): number {
    return Math.round(within(this.margin, 0, 20, 4));
  }

  /** The colours that it has now, as CSS gives them. */
  get #colors(): { readonly dark: string; readonly light: string } | undefined {
    const drawing = this.renderRoot?.querySelector('svg');
    if (drawing === null || drawing === undefined) return undefined;
    const { color, backgroundColor } = getComputedStyle(drawing);
    return { dark: color, light: backgroundColor };
  }

  /** The code as a document of SVG, or an empty text where there is none. */
  toSvg(size: number = 1024): string {
    const { matrix } = this;
    const colors = this.#colors;
    if (matrix === undefined || colors === undefined) return '';
    const all = matrix.length + 2 * this.#quietZone;
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${all} ${all}" width="${size}" height="${size}" shape-rendering="crispEdges"><path fill="${colors.light}" d="M0 0h${all}v${all}H0z"/><path fill="${colors.dark}" d="${toPath(matrix, this.#quietZone)}"/></svg>`;
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
    this.matrix = undefined;
    this.failure = reason;
    this.emit<QrError>('qr-error', { reason, error });
  }

  async #draw(): Promise<void> {
    const text = this.#text;
    const level = this.#safeLevel;
    const wanted = `${level}${text}`;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.failure = '';
    if (text === '') {
      this.matrix = undefined;
      return;
    }
    if (text.length > mostBytes) return this.#fail('too-long');
    try {
      const { default: qrcode } = await import('qrcode-generator').catch(missing('qrcode-generator'));
      // Another value may have come meanwhile.
      if (wanted !== this.#wanted) return;
      this.matrix = qrMatrix(qrcode, text, level);
      if (this.matrix === undefined) this.#fail('too-long');
    } catch (error) {
      if (wanted !== this.#wanted) return;
      // The next update tries again.
      this.#wanted = '';
      this.#fail('engine', error);
    }
  }

  /** Tells, once, of colours that a scanner may fail on. */
  #checkColors(): void {
    const colors = this.#colors;
    const ratio = colors === undefined ? Infinity : darkOnLight(colors.dark, colors.light);
    const isLow = ratio < leastContrast;
    if (isLow && !this.#isLow) this.emit('low-contrast', { ratio });
    this.#isLow = isLow;
    this.setState('low-contrast', isLow);
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.hasUpdated || changed.has('value') || changed.has('level')) void this.#draw();
    this.setState('failed', this.failure !== '');
    this.#checkColors();
  }

  #message(): TemplateResult {
    const { failure } = this;
    const text =
      failure === 'too-long'
        ? term(this, 'qrTooLong', 'This text is too long for a QR code.')
        : term(this, 'qrFailed', 'The QR code could not be drawn.');
    return html`<p part="message">${failure === '' ? nothing : text}</p>`;
  }

  #drawing(matrix: readonly (readonly boolean[])[]): TemplateResult {
    const margin = this.#quietZone;
    const all = matrix.length + 2 * margin;
    const text = this.#text;
    const name = `${term(this, 'qrCode', 'QR code')}: ${text.length > 120 ? `${text.slice(0, 119)}…` : text}`;
    return html`<svg
      part="code"
      role="img"
      aria-label=${this.label || name}
      viewBox=${`0 0 ${all} ${all}`}
      shape-rendering="crispEdges"
    >
      ${svg`<path fill="currentcolor" d=${toPath(matrix, margin)}></path>`}
    </svg>`;
  }

  protected override render(): TemplateResult {
    const { matrix, failure } = this;
    const kind = failure === '' ? (this.#text === '' ? 'empty' : '') : 'failed';
    return html`<div class=${kind} style=${`--_size:${within(this.size, 24, 4096, 160)}px`}>
      ${matrix === undefined ? this.#message() : this.#drawing(matrix)}
    </div>`;
  }
}

QrCodeCell.define('skin-qr-code');

declare global {
  interface HTMLElementTagNameMap {
    'skin-qr-code': QrCodeCell;
  }
}
