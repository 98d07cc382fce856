import type { EngineHost, LoadEngine, TextEngine } from '../base/engine-control.ts';
import type { Terms } from '../base/terms.ts';
import type { FormShape } from '../form/schema.ts';

/** Languages that the editor knows. */
export type CodeLanguage =
  | 'javascript'
  | 'typescript'
  | 'json'
  | 'html'
  | 'css'
  | 'markdown'
  | 'sql'
  | 'yaml'
  | 'python';

/** Something that can be inserted at the caret. */
export interface CodeCompletion {
  /** What the list shows, and what is inserted unless `insert` says otherwise. */
  readonly label: string;
  readonly insert?: string;
  /** Short remark beside it, such as a type. */
  readonly detail?: string;
  /** Longer text beside the list. */
  readonly info?: string;
  readonly kind?: 'keyword' | 'variable' | 'function' | 'property' | 'type' | 'constant' | 'text';
}

/** Where a completion is asked for. */
export interface CompletionRequest {
  readonly text: string;
  /** Where the caret is, in characters from the start. */
  readonly position: number;
  /** What of a word stands before the caret; a completion replaces it. */
  readonly word: string;
  /** Whether the user asked, rather than typed. */
  readonly explicit: boolean;
  /** Aborted when the answer is no longer of use. */
  readonly signal: AbortSignal;
}

/** Port to whatever knows what could stand at the caret. */
export type CompleteCode = (
  request: CompletionRequest,
) => readonly CodeCompletion[] | Promise<readonly CodeCompletion[]>;

/** Something to say of a stretch of the text. */
export interface CodeDiagnostic {
  /** First character, from the start of the text. */
  readonly from: number;
  /** Behind the last character. */
  readonly to: number;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
}

/** Port to whatever finds what is wrong with a text. */
export type DiagnoseCode = (
  text: string,
  options: { readonly signal: AbortSignal },
) => readonly CodeDiagnostic[] | Promise<readonly CodeDiagnostic[]>;

/** A shape that JSON is checked against. A `Bone` of `@organism/skeletal` is one. */
export type CodeShape = Pick<FormShape, 'safeParseAsync'>;

/** How an engine is to behave: given anew whenever something of it has changed. */
export interface CodeOptions {
  readonly language: string;
  readonly label: string;
  /** Ids of what describes the editor. */
  readonly describedBy: string;
  readonly isInvalid: boolean;
  readonly required: boolean;
  readonly readOnly: boolean;
  readonly disabled: boolean;
  readonly placeholder: string;
  readonly lineNumbers: boolean;
  readonly wrap: boolean;
  readonly tabSize: number;
  readonly complete: CompleteCode | undefined;
  readonly diagnose: DiagnoseCode | undefined;
  readonly bone: CodeShape | undefined;
}

/** What an engine begins with, and whom it tells. */
export interface CodeHost extends EngineHost<CodeOptions> {
  readonly root: Document | ShadowRoot;
  readonly text: string;
  readonly selection: readonly [from: number, to: number];
  /** What an earlier engine of the same element has left. */
  readonly state: unknown;
  /** A word of the editor's in the user's language. */
  say(name: keyof Terms, english: string): string;
  /** The text was looked through. */
  diagnosed(diagnostics: readonly CodeDiagnostic[]): void;
}

/** A running editor. */
export interface CodeEngine extends TextEngine<CodeOptions> {
  readonly text: string;
  readonly length: number;
  /** Replaces the text; the user's caret stays as far as it can. */
  write(text: string): void;
  select(from: number, to: number): void;
  /** Puts a text in place of what is selected. */
  insert(text: string): void;
}

/** Loads what makes engines. */
export type LoadCodeEngine = LoadEngine<CodeHost, CodeEngine>;
