import type { FileRefusal } from './accept.ts';

/** Where a file stands: `ready` is kept for the form to submit, where nothing uploads. */
export type FileState = 'ready' | 'queued' | 'uploading' | 'paused' | 'done' | 'failed' | 'refused';

/** One file in the list. */
export interface UploadItem {
  readonly id: number;
  readonly file: File;
  readonly state: FileState;
  /** Bytes that have arrived. */
  readonly sentBytes: number;
  /** What the uploader gave for it, once it is done: what the form submits. */
  readonly result: string | undefined;
  /** Why it was refused. */
  readonly refusal: FileRefusal | undefined;
  /** Why it has failed, in a sentence for the user, if the uploader's error has one (`publicMessage`). */
  readonly failure: string | undefined;
}

/** What an uploader works with. */
export interface UploadTask {
  readonly file: File;
  /** Aborted when the user pauses or cancels. */
  readonly signal: AbortSignal;
  /** What `save` was last given for this file: where to go on. */
  readonly saved: string | undefined;
  /** Tells how many bytes have arrived. */
  readonly progress: (sentBytes: number) => void;
  /** Keeps a text that lets a later try go on. */
  readonly save: (state: string) => void;
}

/** Port to whatever takes the files. `tusUploader` is one that is ready. */
export interface Uploader {
  /**
   * Sends a file, and gives what the form submits for it, such as its address. Of an error that it is rejected with, the
   * text `publicMessage` is shown to the user.
   */
  upload(task: UploadTask): Promise<string>;
  /** Called when a file of which only a part has arrived is taken away. One that is done is the server's to keep. */
  discard?(saved: string): Promise<void> | void;
}

/** A file that was not taken. */
export interface FileRefused {
  readonly file: File;
  readonly reason: FileRefusal;
}

interface Entry extends UploadItem {
  state: FileState;
  sentBytes: number;
  result: string | undefined;
  failure: string | undefined;
  saved: string | undefined;
  abort: AbortController | undefined;
}

/** What a queue tells of. */
export interface QueueEvents {
  readonly changed: (item: UploadItem) => void;
  readonly failed: (item: UploadItem, error: unknown) => void;
}

let ids = 0;

/** Files on their way: a few at a time, each of which can be paused, resumed, tried again and taken away. */
export class UploadQueue {
  readonly #events: QueueEvents;
  #entries: Entry[] = [];
  uploader: Uploader | undefined;
  /** How many files are sent at the same time. */
  parallel = 2;

  constructor(events: QueueEvents) {
    this.#events = events;
  }

  get items(): readonly UploadItem[] {
    return this.#entries;
  }

  /** Appends a file, or the notice that it was refused. */
  add(file: File, refusal: FileRefusal | undefined): void {
    const state = refusal === undefined ? (this.uploader === undefined ? 'ready' : 'queued') : 'refused';
    ids += 1;
    const left = { sentBytes: 0, result: undefined, failure: undefined, saved: undefined, abort: undefined };
    this.#entries.push({ id: ids, file, state, refusal, ...left });
    this.#next();
  }

  #find(id: number, ...states: readonly FileState[]): Entry | undefined {
    return this.#entries.find((entry) => entry.id === id && states.includes(entry.state));
  }

  #set(entry: Entry, state: FileState): void {
    entry.state = state;
    this.#events.changed(entry);
    this.#next();
  }

  /** Stops sending a file; what has arrived stays. */
  pause(id: number): void {
    const entry = this.#find(id, 'queued', 'uploading');
    if (entry === undefined) return;
    entry.abort?.abort();
    this.#set(entry, 'paused');
  }

  /** Goes on with a file that was paused or has failed. */
  resume(id: number): void {
    const entry = this.#find(id, 'paused', 'failed');
    if (entry !== undefined) this.#set(entry, 'queued');
  }

  /** Takes a file away, wherever it stands. */
  remove(id: number): void {
    const entry = this.#entries.find((one) => one.id === id);
    if (entry === undefined) return;
    entry.abort?.abort();
    this.#entries = this.#entries.filter((one) => one !== entry);
    // Best effort: what the server keeps expires by itself.
    if (entry.saved !== undefined && entry.state !== 'done')
      void Promise.resolve(this.uploader?.discard?.(entry.saved)).catch(() => {});
    this.#next();
  }

  #next(): void {
    const sending = this.#entries.filter(({ abort }) => abort?.signal.aborted === false).length;
    const entry = this.#entries.find(({ state }) => state === 'queued');
    if (entry !== undefined && sending < Math.max(1, this.parallel || 1)) void this.#send(entry);
  }

  async #send(entry: Entry): Promise<void> {
    const { uploader } = this;
    if (uploader === undefined) return;
    const abort = new AbortController();
    const { signal } = abort;
    entry.abort = abort;
    this.#set(entry, 'uploading');
    try {
      const result = await uploader.upload({
        file: entry.file,
        signal,
        saved: entry.saved,
        progress: (sentBytes) => {
          if (signal.aborted) return;
          entry.sentBytes = Math.min(entry.file.size, Math.max(0, Number(sentBytes) || 0));
          this.#events.changed(entry);
        },
        save: (state) => (entry.saved = state),
      });
      if (signal.aborted) return;
      entry.abort = undefined;
      entry.sentBytes = entry.file.size;
      entry.result = String(result);
      this.#set(entry, 'done');
    } catch (error) {
      // Who was paused or taken away has been told so already.
      if (signal.aborted) return;
      entry.abort = undefined;
      const { publicMessage } = (error ?? {}) as { readonly publicMessage?: unknown };
      entry.failure = typeof publicMessage === 'string' ? publicMessage : undefined;
      this.#set(entry, 'failed');
      this.#events.failed(entry, error);
    }
  }
}
