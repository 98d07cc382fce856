import { type CSSResultGroup, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { controlStyles } from '../base/control.styles.ts';
import { field } from '../base/field.ts';
import { localeOf, term } from '../base/terms.ts';
import { labelStyles } from '../otp-field/label.styles.ts';
import { CropperCore, type CropperEngine } from './cropper-core.ts';
import { failureWords, type Word } from './cropper-words.ts';
import { imageCropperStyles } from './image-cropper.styles.ts';
import type { Stage } from './stage.ts';

export type { CropRect } from './crop.ts';
export type { ImageError } from './cropper-core.ts';
export type { CropOutput, ImageFailure } from './picture.ts';

/**
 * Image cropper: choose an image, and the part of it that counts. The box and its handles are moved by pointer, finger and
 * arrow keys (Shift for larger steps), the image by wheel, pinch, drag and the slider. In a form it submits the chosen part
 * as a file. EXIF orientation is followed, and what is too large for a canvas is scaled down.
 *
 * @tag skin-image-cropper
 * @fires input - While the part changes; detail: the part.
 * @fires change - When the user has changed the part or the image; detail: the part.
 * @fires image-load - When an image is ready; detail: `{ width, height }`.
 * @fires image-error - When an image can't be cropped; detail: `{ reason, error }`, where the reason is `type`, `size`,
 *   `broken`, `network` or `cors`.
 * @csspart input - The native file input.
 * @csspart label - The label.
 * @csspart zone - The place to drop an image.
 * @csspart stage - Around the image.
 * @csspart box - The chosen part.
 * @csspart handle - A corner or edge of it.
 * @csspart controls - Around the buttons.
 * @cssprop --skin-crop-height - Height of the stage.
 * @cssState dragging - A file is being held over it.
 * @cssState loading - An image is on its way.
 */
export class ImageCropperReceptor extends CropperCore {
  static override styles: CSSResultGroup = [baseStyles, controlStyles, labelStyles, imageCropperStyles];
  #stage: Stage | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stage?.disconnect();
  }

  protected override adopt({ Stage }: CropperEngine): void {
    this.#stage ??= new Stage({
      lit: { html, nothing },
      root: this.renderRoot as ShadowRoot,
      state: () => this.state,
      isDisabled: () => this.isDisabled,
      isRound: () => this.round,
      say: (word, ...numbers) => this.#say(word, ...numbers),
      percent: (share) => share.toLocaleString(localeOf(this), { style: 'percent' }),
      change: (act) => this.change(act),
      commit: () => this.commit(),
      act: (act) => this.act(act),
      redraw: () => this.requestUpdate(),
      remove: () => void this.#remove(),
      input: () => this.#input(),
    });
  }

  /** Takes a file that the user has chosen. */
  #take(file: Blob | undefined): void {
    if (file === undefined) return;
    this.file = file;
    this.addEventListener('image-load', () => this.commit(), { once: true });
  }

  #choose(event: Event): void {
    event.stopPropagation();
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    // The same file can then be chosen again.
    input.value = '';
    this.#take(file);
  }

  #drop(event: DragEvent): void {
    if (this.isDisabled || event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    this.setState('dragging', event.type === 'dragover');
    if (event.type === 'drop') this.#take(event.dataTransfer.files[0]);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.isConnected) this.#stage?.drawn();
  }

  #say([name, english]: Word, ...numbers: readonly number[]): string {
    const left = numbers.map((one) => one.toLocaleString(localeOf(this)));
    return term(this, name, english).replace(/#/g, () => left.shift() ?? '');
  }

  #input(): TemplateResult {
    return html`<input
      id="control"
      part="input"
      type="file"
      accept=${this.accept || nothing}
      ?disabled=${this.isDisabled}
      ?required=${this.required && this.state === undefined}
      aria-label=${this.state === undefined ? this.outerLabel || nothing : this.#say(['changeImage', 'Change the image'])}
      aria-invalid=${this.errorText ? 'true' : nothing}
      aria-describedby=${this.errorText || this.failure ? 'error' : this.help ? 'help' : nothing}
      @input=${(event: Event) => event.stopPropagation()}
      @change=${this.#choose}
    />`;
  }

  async #remove(): Promise<void> {
    this.file = undefined;
    this.src = '';
    // Gone, and drawn without it.
    await this.updateComplete;
    await this.updateComplete;
    this.control?.focus();
    this.commit();
  }

  #zone(): TemplateResult {
    const text = this.loading
      ? this.#say(['loading', 'Loading'])
      : this.#say(['chooseImage', 'Choose an image or drop it here']);
    return html`<label class="zone" part="zone" aria-busy=${this.loading ? 'true' : nothing}
      >${text}${this.#input()}</label
    >`;
  }

  protected override render(): TemplateResult {
    const { label, required, help, failure, state } = this;
    const error = failure === '' ? this.errorText : this.#say(failureWords[failure]);
    return field(
      { label, required, help, error },
      html`<div @dragover=${this.#drop} @dragleave=${this.#drop} @drop=${this.#drop}>
        ${state === undefined ? this.#zone() : this.#stage?.render(state)}
      </div>`,
    );
  }
}

ImageCropperReceptor.define('skin-image-cropper');

declare global {
  interface HTMLElementTagNameMap {
    'skin-image-cropper': ImageCropperReceptor;
  }
}
