import type { PropertyDeclarations, PropertyValues } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { localeOf, term } from '../base/terms.ts';
import type { PdfFailure, PdfMatches, PdfSession, PdfSource, PdfZoom } from './contract.ts';
import type { Word } from './words.ts';

/** Detail of `pdf-load`. */
export interface PdfLoaded {
  readonly pages: number;
  /** The title that the document gives itself. */
  readonly title: string;
}

/** Detail of `pdf-error`. */
export interface PdfError {
  readonly reason: PdfFailure;
  readonly error: unknown;
}

/** Where a viewer stands. */
export type PdfState = 'empty' | 'loading' | 'locked' | 'ready' | 'failed';

const noMatches: PdfMatches = { current: 0, count: 0, busy: false };

/** `width`, `page`, or a factor such as `1.5` or `150%`. */
const parseZoom = (zoom: unknown): PdfZoom => {
  if (zoom === 'width' || zoom === 'page') return zoom;
  const text = String(zoom ?? '');
  const number = Number.parseFloat(text) / (text.endsWith('%') ? 100 : 1);
  return Number.isFinite(number) && number > 0 ? Math.max(0.1, Math.min(10, number)) : 'width';
};

/** What every viewer of documents has but its looks: the document, and where it stands. */
export abstract class PdfCore extends SkinCell {
  static override properties: PropertyDeclarations = {
    src: {},
    file: { attribute: false },
    page: { type: Number },
    zoom: {},
    workerSrc: { attribute: 'worker-src' },
    assetsUrl: { attribute: 'assets-url' },
    withCredentials: { type: Boolean, attribute: 'with-credentials' },
    state: { state: true },
    failure: { state: true },
    scale: { state: true },
    found: { state: true },
    loaded: { state: true },
    isWrong: { state: true },
  };

  /** Address of the document. Of a server that allows it, only the parts that are needed are loaded. */
  declare src: string;
  /** The document itself, as a file or bytes; it goes before `src`. */
  declare file: Exclude<PdfSource, string> | undefined;
  /** The page that is seen, from 1. */
  declare page: number;
  /** How large it is seen: `width`, `page`, or a factor such as `1.5` or `150%`. Default `width`. */
  declare zoom: PdfZoom | string;
  /** Address of pdf.js’s worker; by default the file beside this module. */
  declare workerSrc: string;
  /** Address of a copy of the package `pdfjs-dist`: its `cmaps`, `standard_fonts`, `wasm` and `iccs` show rarer documents. */
  declare assetsUrl: string;
  /** Whether cookies go along when another site’s document is loaded. */
  declare withCredentials: boolean;
  declare protected state: PdfState;
  declare protected failure: PdfFailure;
  declare protected scale: number;
  declare protected found: PdfMatches;
  declare protected loaded: number | undefined;
  declare protected isWrong: boolean;
  protected session: PdfSession | undefined;
  protected answer: ((password: string | undefined) => void) | undefined;
  #source: unknown = '';
  #abort: AbortController | undefined;
  /** The page that the scrolling has told: it needs no going to. */
  #told = 1;

  constructor() {
    super();
    this.src = '';
    this.page = 1;
    this.zoom = 'width';
    this.workerSrc = '';
    this.assetsUrl = '';
    this.withCredentials = false;
    this.state = 'empty';
    this.failure = 'broken';
    this.scale = 1;
    this.found = noMatches;
    this.isWrong = false;
  }

  /** How many pages the document has; 0 without one. */
  get pages(): number {
    return this.session?.pages ?? 0;
  }

  /** Turns the pages by a quarter: clockwise with 1, back with -1. */
  rotate(way: 1 | -1 = 1): void {
    this.session?.turn(way < 0 ? -1 : 1);
  }

  /** Searches for a text, and shows the first place where it stands; an empty text ends the search. */
  search(text: string): void {
    this.session?.search(String(text));
  }

  /** Goes to the next place that the search has found, or with -1 to the one before. */
  findNext(way: 1 | -1 = 1): void {
    this.session?.nextMatch(way < 0 ? -1 : 1);
  }

  /** Answers the question for a password. */
  unlock(password: string): void {
    this.answer?.(password);
  }

  /** Saves the document. */
  async download(): Promise<void> {
    await this.session?.save();
  }

  /** Prints the document. */
  async print(): Promise<void> {
    await this.session?.print();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Who is only moved goes on; who is gone lets go of the document.
    queueMicrotask(() => {
      if (!this.isConnected) this.#close();
    });
  }

  #close(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.session?.close();
    this.session = undefined;
    this.answer = undefined;
    this.#source = '';
    this.found = noMatches;
    this.loaded = undefined;
    this.state = 'empty';
  }

  #fail(reason: PdfFailure, error: unknown): void {
    this.failure = reason;
    this.state = 'failed';
    this.emit<PdfError>('pdf-error', { reason, error });
  }

  /** Asks for the password, again where it was wrong. */
  #ask(isWrong: boolean, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    this.isWrong = isWrong;
    this.state = 'locked';
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.answer = (password) => {
      this.answer = undefined;
      this.state = 'loading';
      resolve(password);
    };
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
    this.emit('password-needed', { isWrong });
    return promise;
  }

  async #load(source: PdfSource): Promise<void> {
    this.#close();
    this.#source = source;
    const frame = this.renderRoot.querySelector<HTMLElement>('.frame');
    const pages = this.renderRoot.querySelector<HTMLElement>('.pages');
    if (source === '' || frame === null || pages === null) return;
    const abort = (this.#abort = new AbortController());
    const { signal } = abort;
    const first = this.page;
    this.state = 'loading';
    try {
      const { openSession } = await import('./session.ts');
      signal.throwIfAborted();
      const session = await openSession(
        {
          source,
          signal,
          workerSrc: String(this.workerSrc ?? ''),
          assetsUrl: String(this.assetsUrl ?? ''),
          withCredentials: this.withCredentials,
          askPassword: (isWrong) => this.#ask(isWrong, signal),
          progress: (loaded, total) => {
            this.loaded = total !== undefined && total > 0 ? Math.min(1, loaded / total) : undefined;
          },
        },
        { frame, pages, zoom: parseZoom(this.zoom) },
        {
          nameOf: (page) => this.say(['pdfPage', 'Page #'], page),
          pageChanged: (page) => this.#turned(page),
          zoomChanged: (scale) => {
            this.scale = scale;
            this.emit('zoom-change', { scale });
          },
          zoomed: (zoom) => (this.zoom = zoom),
          matched: (matches) => (this.found = matches),
        },
      );
      if (signal.aborted) return session.close();
      this.session = session;
      this.state = 'ready';
      this.#told = 1;
      this.page = first;
      this.emit<PdfLoaded>('pdf-load', { pages: session.pages, title: session.title });
    } catch (error) {
      if (signal.aborted) return;
      const { reason } = error as { reason?: PdfFailure };
      this.#fail(reason ?? 'engine', error);
    }
    this.requestUpdate();
  }

  #turned(page: number): void {
    this.#told = page;
    if (this.session === undefined) return;
    this.page = page;
    this.emit('page-change', { page });
  }

  protected override updated(changed: PropertyValues): void {
    const { file } = this;
    const isGiven = file instanceof Blob || file instanceof ArrayBuffer || file instanceof Uint8Array;
    const source = isGiven ? file : String(this.src ?? '');
    const isRetry = changed.has('workerSrc') || changed.has('assetsUrl');
    if (this.isConnected && (source !== this.#source || (isRetry && this.state === 'failed'))) {
      // Another document begins at its own first page.
      if (this.#source !== '' && !changed.has('page')) this.page = 1;
      void this.#load(source);
    }
    const { session } = this;
    if (session === undefined) return;
    if (changed.has('zoom')) session.zoom(parseZoom(this.zoom));
    const page = Math.max(1, Math.min(session.pages, Math.trunc(Number(this.page)) || 1));
    if (page !== this.#told) session.goTo(page);
    // What was too high or no number becomes the page that is seen.
    if (this.page !== this.#told && page === this.#told) this.page = this.#told;
  }

  /** A word in the element's language, with numbers in its digits. */
  protected say([name, english]: Word, ...numbers: readonly number[]): string {
    const left = numbers.map((one) => one.toLocaleString(localeOf(this)));
    return term(this, name, english).replace(/#/g, () => left.shift() ?? '');
  }
}
