// The whole kit, with the elements that stand around a library of somebody else's: those are loaded when they are used.
export * from './index.ts';
export { EngineError, type EngineFailure } from './base/engine.ts';
export type { EngineHost, LoadEngine, TextEngine } from './base/engine-control.ts';
export { CodeReceptor } from './code-editor/code-editor.ts';
export type {
  CodeCompletion,
  CodeDiagnostic,
  CodeEngine,
  CodeHost,
  CodeLanguage,
  CodeOptions,
  CodeShape,
  CompleteCode,
  CompletionRequest,
  DiagnoseCode,
  LoadCodeEngine,
} from './code-editor/contract.ts';
export { RichTextReceptor } from './rich-text-editor/rich-text-editor.ts';
export type {
  LoadRichEngine,
  RichDocument,
  RichEngine,
  RichHost,
  RichOptions,
  RichState,
  RichTool,
} from './rich-text-editor/contract.ts';
export { MarkdownCell } from './markdown/markdown.ts';
export type { LoadMarkdown, MarkdownEngine, MarkdownRendering, MarkdownWords } from './markdown/contract.ts';
export { QrCodeCell, type QrError, type QrFailure, type QrImageOptions, type QrLevel } from './qr-code/qr-code.ts';
export {
  type PdfError,
  type PdfFailure,
  type PdfLoaded,
  type PdfSource,
  PdfViewerCell,
  type PdfZoom,
} from './pdf-viewer/pdf-viewer.ts';
