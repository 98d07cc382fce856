import type * as library from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentLoadingTask, PDFDocumentProxy, PDFWorker } from 'pdfjs-dist';
import { EngineError, missing } from '../base/engine.ts';
import { type PdfOptions, PdfRefusedError, type PdfSource } from './contract.ts';

/** The library, once it is loaded. */
export type Pdfjs = typeof library;

/** A document, and what must be ended with it. */
export interface OpenDocument {
  readonly pdfjs: Pdfjs;
  readonly document: PDFDocumentProxy;
  readonly close: () => void;
}

/** A worker of another site is started through a script of this page. */
const start = (address: string | URL): Worker => {
  const url = new URL(address, document.baseURI);
  if (url.origin === location.origin || url.protocol === 'blob:') return new Worker(url, { type: 'module' });
  const script = new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' });
  return new Worker(URL.createObjectURL(script), { type: 'module' });
};

/** The worker that stands beside this module; bundlers know this form. */
const startOwn = (): Worker => {
  try {
    return new Worker(new URL('./pdf-worker.js', import.meta.url), { type: 'module' });
  } catch {
    // Said otherwise, so that bundlers don't take it for a second file.
    const beside = 'pdf-worker.js';
    return start(new URL(beside, import.meta.url));
  }
};

/** Waits for a worker's first word; one whose script is missing says none. */
const awaken = async (worker: Worker): Promise<Worker> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  worker.addEventListener('message', () => resolve(), { once: true });
  worker.addEventListener('error', (event) => reject(new EngineError('pdfjs-dist', { cause: event.message })), {
    once: true,
  });
  await promise;
  return worker;
};

/** Where pdf.js does its work: in a worker, or in the page where its script can't be found. */
const startWorker = async (pdfjs: Pdfjs, workerSrc: string): Promise<{ worker: PDFWorker; end: () => void }> => {
  try {
    const port = await awaken(workerSrc === '' ? startOwn() : start(workerSrc));
    // Its declarations know no other port than none.
    const worker = new pdfjs.PDFWorker({ port: port as unknown as null });
    return {
      worker,
      end: () => {
        worker.destroy();
        port.terminate();
      },
    };
  } catch (error) {
    // An address that a page gives must hold.
    if (workerSrc !== '') throw error;
    await import('./pdf-worker.ts').catch(missing('pdfjs-dist'));
    const worker = new pdfjs.PDFWorker();
    return { worker, end: () => worker.destroy() };
  }
};

const isPdf = (bytes: Uint8Array): boolean =>
  new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-');

/** The first bytes of what could not be read, to tell a damaged PDF from something else. */
const head = async (source: PdfSource): Promise<Uint8Array> => {
  if (source instanceof Blob) return new Uint8Array(await source.slice(0, 1024).arrayBuffer());
  if (source instanceof ArrayBuffer) return new Uint8Array(source, 0, Math.min(1024, source.byteLength));
  if (typeof source !== 'string') return source;
  const response = await fetch(source, { headers: { Range: 'bytes=0-1023' } });
  const { value = new Uint8Array() } = (await response.body?.getReader().read()) ?? {};
  return value;
};

const explain = async (thrown: unknown, source: PdfSource): Promise<PdfRefusedError> => {
  const cause = { cause: thrown };
  const name = thrown instanceof Error ? thrown.name : '';
  if (thrown instanceof PdfRefusedError) return thrown;
  if (thrown instanceof EngineError) return new PdfRefusedError('engine', cause);
  if (name === 'PasswordException') return new PdfRefusedError('password', cause);
  if (name === 'InvalidPDFException' || name === 'FormatError') {
    const first = await head(source).catch(() => undefined);
    return new PdfRefusedError(first !== undefined && !isPdf(first) ? 'type' : 'broken', cause);
  }
  const isOut = name === 'ResponseException' || (typeof source === 'string' && name !== 'RangeError');
  return new PdfRefusedError(isOut ? 'network' : 'broken', cause);
};

/** A file is read piece by piece, as it is needed. */
const readBlob = (pdfjs: Pdfjs, blob: Blob): InstanceType<Pdfjs['PDFDataRangeTransport']> => {
  const transport = new pdfjs.PDFDataRangeTransport(blob.size, null);
  transport.requestDataRange = (begin: number, end: number): void => {
    void blob
      .slice(begin, end)
      .arrayBuffer()
      // A file that has gone meanwhile reads as nothing.
      .catch(() => new ArrayBuffer(0))
      .then((bytes) => transport.onDataRange(begin, new Uint8Array(bytes)));
  };
  return transport;
};

const sourceOf = async (pdfjs: Pdfjs, source: PdfSource): Promise<object> => {
  if (typeof source === 'string') return { url: new URL(source, document.baseURI).href };
  // The worker takes the bytes away: it gets its own.
  if (!(source instanceof Blob)) return { data: new Uint8Array(source).slice() };
  if (source.size === 0) throw new PdfRefusedError('type');
  return { range: readBlob(pdfjs, source), length: source.size };
};

/**
 * Opens a document with pdf.js: no scripts of the document, no forms of XFA, and of a file or a server that allows it only
 * the parts that are needed.
 *
 * @throws {PdfRefusedError} when it can't be shown.
 */
export const openDocument = async (options: PdfOptions): Promise<OpenDocument> => {
  const { source, assetsUrl, signal, progress } = options;
  let task: PDFDocumentLoadingTask | undefined;
  let end = (): void => {};
  const close = (): void => {
    void task?.destroy().finally(end);
  };
  try {
    const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs').catch(missing('pdfjs-dist'));
    const { worker, end: endWorker } = await startWorker(pdfjs, options.workerSrc);
    end = endWorker;
    const from = await sourceOf(pdfjs, source);
    signal.throwIfAborted();
    const folder = assetsUrl === '' ? undefined : new URL(assetsUrl.replace(/\/?$/, '/'), document.baseURI).href;
    task = pdfjs.getDocument({
      ...from,
      worker,
      withCredentials: options.withCredentials,
      disableAutoFetch: true,
      disableStream: true,
      enableXfa: false,
      // The second worker needs a file of its own for little gain.
      disableWorkerRendering: true,
      verbosity: pdfjs.VerbosityLevel.ERRORS,
      ...(folder !== undefined && {
        cMapUrl: `${folder}cmaps/`,
        standardFontDataUrl: `${folder}standard_fonts/`,
        wasmUrl: `${folder}wasm/`,
        iccUrl: `${folder}iccs/`,
      }),
    } as Parameters<Pdfjs['getDocument']>[0]);
    task.onProgress = ({ loaded, total }: { loaded: number; total?: number }) => progress(loaded, total);
    task.onPassword = (answer: (password: string | Error) => void, reason: number) => {
      const isWrong = reason === pdfjs.PasswordResponses.INCORRECT_PASSWORD;
      void options.askPassword(isWrong).then((password) => answer(password ?? new PdfRefusedError('password')));
    };
    signal.addEventListener('abort', close, { once: true });
    const opened = await task.promise;
    signal.throwIfAborted();
    return { pdfjs, document: opened, close };
  } catch (error) {
    if (task === undefined) end();
    else close();
    signal.throwIfAborted();
    throw await explain(error, source);
  }
};
