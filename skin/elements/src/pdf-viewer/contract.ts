/**
 * Why a document is not shown: not a PDF, damaged, locked, out of reach, or pdf.js itself could not be loaded.
 */
export type PdfFailure = 'type' | 'broken' | 'password' | 'network' | 'engine';

/** A document that can't be shown, and why. */
export class PdfRefusedError extends Error {
  override readonly name = 'PdfRefusedError';
  /** Stable code. */
  readonly code = 'SKIN_PDF_REFUSED';
  readonly reason: PdfFailure;

  constructor(reason: PdfFailure, options?: ErrorOptions) {
    super(`The document was refused (${reason}).`, options);
    this.reason = reason;
  }
}

/** What a viewer opens: an address, a file or bytes. */
export type PdfSource = string | Blob | ArrayBuffer | Uint8Array;

/** How large pages are seen: a factor, as wide as the frame, or as large as fits in it. */
export type PdfZoom = number | 'width' | 'page';

/** An entry of the document's outline. */
export interface OutlineEntry {
  readonly title: string;
  /** Where it leads, in the document's own words. */
  readonly target: unknown;
  readonly items: readonly OutlineEntry[];
}

/** Where a search stands. */
export interface PdfMatches {
  /** The match that is shown, from 1; 0 for none. */
  readonly current: number;
  readonly count: number;
  /** Whether pages are still being searched. */
  readonly busy: boolean;
}

/** What an open document tells its viewer. */
export interface PdfEvents {
  readonly pageChanged: (page: number) => void;
  readonly zoomChanged: (scale: number) => void;
  /** The user asks for another zoom. */
  readonly zoomed: (zoom: PdfZoom) => void;
  readonly matched: (matches: PdfMatches) => void;
  /** Name of a page for assistive technology. */
  readonly nameOf: (page: number) => string;
}

/** What is needed to open a document. */
export interface PdfOptions {
  readonly source: PdfSource;
  readonly workerSrc: string;
  readonly assetsUrl: string;
  readonly withCredentials: boolean;
  readonly signal: AbortSignal;
  /** Asks for a password; undefined gives up. */
  readonly askPassword: (isWrong: boolean) => Promise<string | undefined>;
  readonly progress: (loaded: number, total: number | undefined) => void;
}

/** A document that is open, in a scrolling frame. */
export interface PdfSession {
  readonly pages: number;
  readonly title: string;
  readonly hasOutline: boolean;
  goTo(page: number): void;
  follow(target: unknown): Promise<void>;
  zoom(zoom: PdfZoom): void;
  /** Asks for the next larger or smaller of the usual zooms. */
  step(way: 1 | -1): void;
  /** Does what a key pressed in the viewer stands for, and tells whether there was something. */
  press(event: KeyboardEvent, isInFrame: boolean): boolean;
  turn(way: 1 | -1): void;
  search(text: string): void;
  nextMatch(way: 1 | -1): void;
  /** Draws small pages or the outline into a panel, until it is called again or the document is closed. */
  showSide(panel: HTMLElement | undefined, kind: 'thumbnails' | 'outline'): void;
  save(): Promise<void>;
  print(): Promise<void>;
  close(): void;
}

/** Where a document is shown. */
export interface PdfPlace {
  readonly frame: HTMLElement;
  readonly pages: HTMLElement;
  readonly zoom: PdfZoom;
}
