import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { field } from '../base/field.ts';
import { type Invalid, Receptor } from '../base/receptor.ts';
import { localeOf, term, type Terms } from '../base/terms.ts';
import { labelStyles } from '../otp-field/label.styles.ts';
import { type FileRefusal, findRefusal, formatBytes } from './accept.ts';
import { fileUploadStyles } from './file-upload.styles.ts';
import { type FileRefused, type FileState, type Uploader, type UploadItem, UploadQueue } from './queue.ts';

const words: Readonly<Record<FileState, readonly [keyof Terms, string]>> = {
  ready: ['done', ''],
  queued: ['queued', 'Waiting'],
  uploading: ['uploading', 'Uploading'],
  paused: ['paused', 'Paused'],
  done: ['uploaded', 'Uploaded'],
  failed: ['uploadFailed', 'Upload failed'],
  refused: ['wrongType', ''],
};
const refusals: Readonly<Record<FileRefusal, readonly [keyof Terms, string]>> = {
  type: ['wrongType', 'Files of this type are not accepted'],
  size: ['tooLarge', 'Larger than #'],
  count: ['tooMany', 'No more than # files'],
};

/**
 * File field: choose files or drop them. Alone it submits the files with the form, like a native one; with an `uploader`
 * it sends them at once, a few at a time, with progress, pause and resume, and submits what the uploader gave for each.
 * Files of a wrong type or size stand in the list with the reason, and are not submitted.
 *
 * @tag skin-file-upload
 * @fires input - When files have come or gone.
 * @fires change - When files have come or gone.
 * @fires refuse - When a file was not taken; `detail.file` and `detail.reason`.
 * @fires progress - When an upload has got on or its state has changed; `detail` is the item.
 * @fires upload-error - When an upload has failed; `detail.item` and `detail.error`. What the server said of it to users is
 *   shown beside the file, and is the item's `failure`.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @csspart zone - The place to drop files.
 * @csspart item - A file.
 * @cssState dragging - Files are being held over it.
 * @cssState invalid - A file is required, or an upload is not finished.
 * @cssState user-invalid - So it is, and that is shown.
 */
export class FileReceptor extends Receptor {
  static override styles: CSSResultGroup = [baseStyles, labelStyles, fileUploadStyles];
  static override properties: PropertyDeclarations = {
    accept: {},
    multiple: { type: Boolean },
    maxBytes: { type: Number, attribute: 'max-bytes' },
    maxFiles: { type: Number, attribute: 'max-files' },
    parallel: { type: Number },
    uploader: { attribute: false },
    news: { state: true },
  };

  /** Types that are taken, as of a native file input: `image/*,.pdf`. */
  declare accept: string;
  /** Whether more than one file is taken. */
  declare multiple: boolean;
  /** Largest file, in bytes. */
  declare maxBytes: number | undefined;
  /** Most files, with `multiple`. */
  declare maxFiles: number | undefined;
  /** Uploads at the same time. Default 2. */
  declare parallel: number;
  /** Where the files go at once. Without one, they are submitted with the form. */
  declare uploader: Uploader | undefined;
  declare protected news: string;
  readonly #queue = new UploadQueue({
    changed: (item) => this.#changed(item),
    failed: (item, error) => this.emit('upload-error', { item, error }),
  });

  constructor() {
    super();
    this.accept = '';
    this.multiple = false;
    this.parallel = 2;
    this.news = '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Who is only moved goes on; who is gone stops sending.
    queueMicrotask(() => {
      if (!this.isConnected) for (const { id } of this.items) this.#queue.pause(id);
    });
  }

  /** All files in the list, refused ones too. */
  get items(): readonly UploadItem[] {
    return this.#queue.items;
  }

  /** The files that were taken. */
  get files(): readonly File[] {
    return this.#taken.map(({ file }) => file);
  }

  get #taken(): readonly UploadItem[] {
    return this.items.filter(({ state }) => state !== 'refused');
  }

  /** Takes files as if the user had chosen them. */
  add(files: Iterable<File>): void {
    this.#prepare();
    const { accept, maxBytes, multiple } = this;
    const before = this.items.length;
    for (const file of files) {
      if (!multiple) for (const { id } of this.items) this.#queue.remove(id);
      const reason = findRefusal(file, this.#taken.length, {
        accept,
        maxBytes,
        maxFiles: multiple ? this.maxFiles : undefined,
      });
      this.#queue.add(file, reason);
      if (reason !== undefined) this.emit<FileRefused>('refuse', { file, reason });
    }
    if (this.items.length === before && multiple) return;
    this.#tell();
    const last = this.items.at(-1);
    if (last?.state === 'refused') this.news = `${last.file.name}: ${this.#note(last)}`;
  }

  #prepare(): void {
    this.#queue.uploader = typeof this.uploader?.upload === 'function' ? this.uploader : undefined;
    this.#queue.parallel = this.parallel;
  }

  /** Stops an upload; what has arrived stays. */
  pause(id: number): void {
    this.#queue.pause(id);
  }

  /** Goes on with an upload that was paused or has failed. */
  resume(id: number): void {
    this.#prepare();
    this.#queue.resume(id);
  }

  /** Takes a file away, and ends its upload. */
  cancel(id: number): void {
    this.#queue.remove(id);
    this.#tell();
  }

  #tell(): void {
    this.noteEdit();
    this.emit('input');
    this.emit('change');
  }

  #changed(item: UploadItem): void {
    if (item.state === 'done' || item.state === 'failed') this.news = `${item.file.name}: ${this.#note(item)}`;
    this.emit('progress', item, { bubbles: false });
    this.sync();
    this.requestUpdate();
  }

  protected override formValue(): FormData {
    const data = new FormData();
    for (const { state, file, result } of this.items)
      if (state === 'ready' || state === 'done') data.append(this.name, result ?? file);
    return data;
  }

  protected override findInvalid(): Invalid | undefined {
    const taken = this.#taken;
    if (taken.length === 0) return this.required ? this.missing() : undefined;
    if (taken.every(({ state }) => state === 'ready' || state === 'done')) return undefined;
    const message = term(this, 'uploadsUnfinished', 'Some files are not uploaded yet.');
    return { flags: { customError: true }, message };
  }

  protected override resetValue(): void {
    for (const { id } of this.items) this.#queue.remove(id);
    this.news = '';
  }

  /** A page can't put files back. */
  protected override restoreValue(): void {}

  #input(event: Event): void {
    event.stopPropagation();
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    // The same file can then be chosen again.
    input.value = '';
    this.add(files);
  }

  #drag(event: DragEvent): void {
    if (this.isDisabled || event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    this.setState('dragging', event.type === 'dragover');
    if (event.type !== 'drop') return;
    const files = [...event.dataTransfer.items].filter((item) => item.webkitGetAsEntry?.()?.isDirectory !== true);
    this.add(
      files
        .map((item) => item.getAsFile())
        .filter((file) => file !== null)
        .slice(0, this.multiple ? Infinity : 1),
    );
  }

  #note({ state, refusal, failure }: UploadItem): string {
    const say = ([name, english]: readonly [keyof Terms, string]): string => term(this, name, english);
    if (refusal === undefined)
      return state === 'ready' ? '' : say(words[state]) + (state === 'failed' && failure ? `: ${failure}` : '');
    const limit = refusal === 'size' ? this.#bytes(this.maxBytes ?? 0) : String(this.maxFiles);
    return say(refusals[refusal]).replace('#', limit);
  }

  #bytes(bytes: number): string {
    return formatBytes(bytes, localeOf(this));
  }

  #button(label: string, name: string, path: string, act: () => void): TemplateResult {
    return html`<button type="button" aria-label=${`${label}: ${name}`} ?disabled=${this.isDisabled} @click=${act}>
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>
    </button>`;
  }

  #item(item: UploadItem): TemplateResult {
    const { id, state, sentBytes, file } = item;
    const { name, size } = file;
    const note = this.#note(item);
    const isOnItsWay = state === 'uploading' || state === 'queued';
    return html`<li class=${state} part="item">
      <span
        ><bdi>${name}</bdi><small><bdi>${this.#bytes(size)}</bdi>${note === '' ? '' : ` · ${note}`}</small></span
      >
      <span>
        ${this.#action(item)}${this.#button(term(this, 'remove', 'Remove'), name, 'M6 6l12 12M18 6L6 18', () => {
          this.cancel(id);
          this.control?.focus();
        })}
      </span>
      ${
        isOnItsWay || state === 'paused'
          ? html`<progress max=${size || 1} .value=${sentBytes} aria-label=${name}></progress>`
          : nothing
      }
    </li>`;
  }

  /** One button that pauses, goes on or tries again, so that the focus stays on it. */
  #action({ id, state, file: { name } }: UploadItem): TemplateResult | typeof nothing {
    if (state === 'uploading' || state === 'queued')
      return this.#button(term(this, 'pause', 'Pause'), name, 'M8 5v14M16 5v14', () => this.pause(id));
    const resume = (): void => this.resume(id);
    if (state === 'paused') return this.#button(term(this, 'resume', 'Resume'), name, 'M8 5l11 7-11 7z', resume);
    if (state !== 'failed') return nothing;
    return this.#button(term(this, 'retry', 'Try again'), name, 'M4.5 12a7.5 7.5 0 1 0 2.6-5.7M4.5 4v4.5H9', resume);
  }

  protected override update(changed: PropertyValues): void {
    const { activeElement } = this.renderRoot as ShadowRoot;
    super.update(changed);
    // The button that had the focus may have gone with what it did.
    if (activeElement?.isConnected === false) this.control?.focus();
  }

  protected override updated(changed: PropertyValues): void {
    this.#prepare();
    super.updated(changed);
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help } = this;
    return field(
      { label, required, help, error },
      html`<label class="zone" part="zone" @dragover=${this.#drag} @dragleave=${this.#drag} @drop=${this.#drag}>
          ${term(this, 'chooseFiles', 'Choose files or drop them here')}
          <input
            id="control"
            part="input"
            type="file"
            accept=${this.accept || nothing}
            ?multiple=${this.multiple}
            ?disabled=${this.isDisabled}
            ?required=${required && this.#taken.length === 0}
            aria-invalid=${error ? 'true' : nothing}
            aria-describedby="note"
            @input=${(event: Event) => event.stopPropagation()}
            @change=${this.#input}
          />
        </label>
        <ul role="list">
          ${this.items.map((item) => this.#item(item))}
        </ul>
        <output>${this.news}</output>`,
    );
  }
}

FileReceptor.define('skin-file-upload');

declare global {
  interface HTMLElementTagNameMap {
    'skin-file-upload': FileReceptor;
  }
}
