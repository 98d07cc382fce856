import type { PropertyDeclarations, PropertyValues } from 'lit';
import { type Invalid, Receptor } from '../base/receptor.ts';
import type { CropRect, CropRules } from './crop.ts';
import type { CropperState, CutOut } from './cropper-state.ts';
import type * as engine from './load.ts';
import type { CropOutput, ImageFailure, ImageRefusedError } from './picture.ts';

/** What comes with the first image. */
export type CropperEngine = typeof engine;

/** Detail of `image-error`. */
export interface ImageError {
  readonly reason: ImageFailure;
  readonly error: unknown;
}

const finite = (value: unknown, otherwise: number): number => {
  const number = Number(value);
  return value !== null && Number.isFinite(number) && number > 0 ? number : otherwise;
};

/** A ratio such as `16/9` or `1.5`. */
const parseRatio = (text: unknown): number | undefined => {
  const [width = Number.NaN, height = 1] = String(text ?? '')
    .split(/[/:]/)
    .map(Number);
  const ratio = width / height;
  return Number.isFinite(ratio) && ratio > 0 ? ratio : undefined;
};

/** What every image cropper has but its looks: the image, the part of it, and what a form gets. */
export abstract class CropperCore extends Receptor {
  static override properties: PropertyDeclarations = {
    src: {},
    file: { attribute: false },
    accept: {},
    aspectRatio: { attribute: 'aspect-ratio' },
    round: { type: Boolean, reflect: true },
    minWidth: { type: Number, attribute: 'min-width' },
    minHeight: { type: Number, attribute: 'min-height' },
    maxWidth: { type: Number, attribute: 'max-width' },
    maxHeight: { type: Number, attribute: 'max-height' },
    maxBytes: { type: Number, attribute: 'max-bytes' },
    maxPixels: { type: Number, attribute: 'max-pixels' },
    outputType: { attribute: 'output-type' },
    outputWidth: { type: Number, attribute: 'output-width' },
    quality: { type: Number },
    failure: { state: true },
    loading: { state: true },
  };

  /** Address of the image. Another site's must be shared by CORS. */
  declare src: string;
  /** The image itself; it goes before `src`. */
  declare file: Blob | undefined;
  /** Types that can be chosen. Default `image/*`. */
  declare accept: string;
  /** Width by height, as `16/9` or `1.5`; any by default. */
  declare aspectRatio: string;
  /** Whether a circle is cut out, or an ellipse with an `aspect-ratio` of its own. */
  declare round: boolean;
  /** Least width of the part, in pixels of the image. */
  declare minWidth: number;
  /** Least height of the part, in pixels of the image. */
  declare minHeight: number;
  /** Largest width of the part, in pixels of the image. */
  declare maxWidth: number | undefined;
  /** Largest height of the part, in pixels of the image. */
  declare maxHeight: number | undefined;
  /** Largest file, in bytes. */
  declare maxBytes: number | undefined;
  /** Most pixels that are kept in memory; a larger image is scaled down. Default 16 million. */
  declare maxPixels: number;
  /** Type of the file that a form submits, such as `image/webp`; that of the image by default. */
  declare outputType: string | undefined;
  /** Width in pixels of the file that a form submits; as chosen by default. */
  declare outputWidth: number | undefined;
  /** Quality of the file that a form submits, from 0 to 1. Default 0.92. */
  declare quality: number;
  declare protected failure: ImageFailure | '';
  declare protected loading: boolean;
  protected state: CropperState | undefined;
  #abort: AbortController | undefined;
  #form: HTMLFormElement | null = null;
  #source: Blob | string = '';
  readonly #onFormData = (event: FormDataEvent): void => {
    // Made at the last moment, and at once: what is submitted is what is seen.
    const file = this.name === '' || this.isDisabled ? undefined : this.#makeFile();
    if (file !== undefined) event.formData.append(this.name, file);
  };

  constructor() {
    super();
    this.src = '';
    this.accept = 'image/*';
    this.aspectRatio = '';
    this.round = false;
    this.minWidth = 1;
    this.minHeight = 1;
    this.maxPixels = 16_000_000;
    this.quality = 0.92;
    this.failure = '';
    this.loading = false;
  }

  /** Takes what draws an image; called before each. */
  protected abstract adopt(engine: CropperEngine): void;

  /** The chosen part, in whole pixels of the image as it stands; undefined without an image. */
  get crop(): CropRect | undefined {
    return this.state?.rounded;
  }
  set crop(crop: CropRect | undefined) {
    const numbers = crop === undefined || crop === null ? [] : [crop.x, crop.y, crop.width, crop.height];
    if (numbers.length === 0 || !numbers.every(Number.isFinite) || crop === undefined) return;
    const { state } = this;
    if (state === undefined) return;
    state.rules = this.#rules;
    state.choose(crop);
    this.requestUpdate();
  }

  /** How large the image is seen, from 1, which shows all of it. */
  get zoom(): number {
    return this.state?.zoom ?? 1;
  }
  set zoom(zoom: number) {
    this.state?.zoomTo(finite(zoom, 1));
    this.requestUpdate();
  }

  /** Turns the image by a quarter: clockwise with 1, back with -1. */
  rotate(way: 1 | -1 = 1): void {
    this.act((state) => state.turn(way < 0 ? -1 : 1));
  }

  /** Mirrors the image: across with `x`, down with `y`. */
  flip(axis: 'x' | 'y' = 'x'): void {
    this.act((state) => state.flip(axis));
  }

  /** Begins anew with the same image. */
  reset(): void {
    this.act((state) => state.reset());
  }

  /** The chosen part as an image file; undefined without an image. */
  async toBlob({ type, quality, width }: CropOutput = {}): Promise<Blob | undefined> {
    const made = this.#cutOut(type, width);
    if (made === undefined) return undefined;
    const share = finite(quality, finite(this.quality, 0.92));
    return new Promise((resolve) => made.canvas.toBlob((blob) => resolve(blob ?? undefined), made.type, share));
  }

  #cutOut(type?: string, wide?: number): CutOut | undefined {
    const width = wide ?? (finite(this.outputWidth, 0) || undefined);
    return this.state?.cutOut(type ?? this.outputType, width, this.round);
  }

  #makeFile(): File | undefined {
    const made = this.#cutOut();
    if (made === undefined) return undefined;
    const data = made.canvas.toDataURL(made.type, finite(this.quality, 0.92));
    const bytes = Uint8Array.from(atob(data.slice(data.indexOf(',') + 1)), (sign) => sign.charCodeAt(0));
    const name = this.state?.picture.name.replace(/\.\w+$/, '') ?? 'image';
    return new File([bytes], `${name}.${made.type.slice(6).replace('jpeg', 'jpg')}`, { type: made.type });
  }

  get #rules(): CropRules {
    return {
      ratio: parseRatio(this.aspectRatio) ?? (this.round ? 1 : undefined),
      min: { width: finite(this.minWidth, 1), height: finite(this.minHeight, 1) },
      max: { width: finite(this.maxWidth, Infinity), height: finite(this.maxHeight, Infinity) },
    };
  }

  /** @ignore */
  formAssociatedCallback(form: HTMLFormElement | null): void {
    this.#form?.removeEventListener('formdata', this.#onFormData);
    this.#form = form;
    form?.addEventListener('formdata', this.#onFormData);
  }

  protected override get control(): HTMLInputElement | null | undefined {
    return this.renderRoot?.querySelector<HTMLInputElement>('#control');
  }

  protected override formValue(): null {
    return null;
  }

  protected override findInvalid(): Invalid | undefined {
    return this.required && this.state === undefined ? this.missing() : undefined;
  }

  protected override resetValue(): void {
    this.file = undefined;
    this.src = this.getAttribute('src') ?? '';
    this.state?.reset();
  }

  /** A page can't put files back. */
  protected override restoreValue(): void {}

  async #load(source: Blob | string): Promise<void> {
    this.#source = source;
    this.#abort?.abort();
    this.state?.picture.bitmap.close();
    this.state = undefined;
    this.failure = '';
    const abort = (this.#abort = new AbortController());
    const { signal } = abort;
    this.loading = source !== '';
    this.requestUpdate();
    if (source === '') return;
    try {
      const made = await import('./load.ts');
      const [maxPixels, maxBytes] = [finite(this.maxPixels, 16_000_000), finite(this.maxBytes, Infinity)];
      const state = await made.loadState(source, this.#rules, { maxPixels, maxBytes, signal });
      if (signal.aborted) return state.picture.bitmap.close();
      this.adopt(made);
      this.state = state;
      this.loading = false;
      this.emit('image-load', state.picture.size);
    } catch (error) {
      if (signal.aborted) return;
      const { reason = 'broken' } = error as Partial<ImageRefusedError>;
      this.loading = false;
      this.failure = reason;
      this.emit<ImageError>('image-error', { reason, error });
    }
    this.sync();
  }

  protected change(act: (state: CropperState) => void): void {
    const state = this.state;
    if (state === undefined || this.isDisabled) return;
    act(state);
    this.emit('input', state.rounded);
    this.requestUpdate();
  }

  protected commit(): void {
    this.noteEdit();
    this.emit('change', this.crop);
  }

  protected act(act: (state: CropperState) => void): void {
    if (this.state === undefined || this.isDisabled) return;
    this.change(act);
    this.commit();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const rules = ['aspectRatio', 'round', 'minWidth', 'minHeight', 'maxWidth', 'maxHeight'];
    if (this.state === undefined || !rules.some((name) => changed.has(name))) return;
    this.state.rules = this.#rules;
    this.state.choose(this.state.crop);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const source = this.file instanceof Blob ? this.file : String(this.src ?? '');
    if (source !== this.#source) void this.#load(source);
    this.setState('loading', this.loading);
  }
}
