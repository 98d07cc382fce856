import type { Terms } from '../base/terms.ts';
import type { PdfFailure } from './contract.ts';

declare module '../base/terms.ts' {
  interface Terms {
    readonly pdfDocument: string;
    readonly pdfPage: string;
    readonly pdfPages: string;
    readonly pdfOf: string;
    readonly pdfTools: string;
    readonly pdfEmpty: string;
    readonly pdfType: string;
    readonly pdfBroken: string;
    readonly pdfLocked: string;
    readonly pdfNetwork: string;
    readonly pdfEngine: string;
    readonly pdfPassword: string;
    readonly pdfWrongPassword: string;
    readonly open: string;
    readonly thumbnails: string;
    readonly outline: string;
    readonly zoomIn: string;
    readonly zoomOut: string;
    readonly fitWidth: string;
    readonly fitPage: string;
    readonly rotate: string;
    readonly download: string;
    readonly print: string;
    readonly search: string;
    readonly previousMatch: string;
    readonly nextMatch: string;
    readonly matchOf: string;
    readonly noMatch: string;
  }
}

/** A word of the element, and its English. */
export type Word = readonly [keyof Terms, string];

/** What is told of a document that can't be shown. */
export const failureWords: Readonly<Record<PdfFailure, Word>> = {
  type: ['pdfType', 'This file is not a PDF document.'],
  broken: ['pdfBroken', 'This document is damaged.'],
  password: ['pdfLocked', 'This document is locked by a password.'],
  network: ['pdfNetwork', 'The document could not be loaded.'],
  engine: ['pdfEngine', 'The viewer could not be loaded.'],
};
