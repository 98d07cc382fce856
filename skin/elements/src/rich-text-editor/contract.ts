import type { html, nothing, TemplateResult } from 'lit';
import type { EngineHost, LoadEngine, TextEngine } from '../base/engine-control.ts';
import type { Terms } from '../base/terms.ts';

/** What a button of the toolbar does. */
export type RichTool =
  | 'heading-1'
  | 'heading-2'
  | 'heading-3'
  | 'bold'
  | 'italic'
  | 'underline'
  | 'strike'
  | 'code'
  | 'bullet-list'
  | 'ordered-list'
  | 'quote'
  | 'code-block'
  | 'link'
  | 'undo'
  | 'redo';

/** A document as ProseMirror writes it: nodes with their type, attributes, marks and contents. */
export interface RichDocument {
  readonly type?: string;
  readonly [key: string]: unknown;
}

/** How an engine is to behave: given anew whenever something of it has changed. */
export interface RichOptions {
  readonly label: string;
  /** Ids of what describes the editor. */
  readonly describedBy: string;
  readonly isInvalid: boolean;
  readonly required: boolean;
  readonly readOnly: boolean;
  readonly disabled: boolean;
  readonly placeholder: string;
  /** Names of the tools, groups parted by `|`. */
  readonly tools: string;
}

/** What an engine begins with, and whom it tells. */
export interface RichHost extends EngineHost<RichOptions> {
  readonly root: ShadowRoot;
  /** HTML to begin with. */
  readonly content: string;
  /** Where the caret begins, as ProseMirror counts. */
  readonly caret: number;
  /** What draws the toolbar: the element's own Lit. */
  readonly lit: { readonly html: typeof html; readonly nothing: typeof nothing };
  /** Whether a content of so many characters is taken; one that is too long has been told to the user. */
  takes(length: number): boolean;
  /** A word of the editor's in the user's language. */
  say(name: keyof Terms, english: string): string;
  /** What the toolbar shows has changed; settles once it is drawn. */
  moved(): Promise<unknown>;
}

/** What the tools show. */
export interface RichState {
  /** The tools that are in force at the caret. */
  readonly active: ReadonlySet<RichTool>;
  /** The tools that could do something. */
  readonly possible: ReadonlySet<RichTool>;
  /** Address of the link at the caret. */
  readonly link: string | undefined;
}

/** A running editor. */
export interface RichEngine extends TextEngine<RichOptions> {
  /** The document as HTML, made of what the schema knows and of nothing else; empty for an empty one. */
  readonly html: string;
  readonly json: RichDocument;
  /** Its characters, marks and structure aside. */
  readonly length: number;
  readonly isEmpty: boolean;
  write(content: string | RichDocument): void;
  /** What stands above the text: the toolbar. */
  render(): TemplateResult | typeof nothing;
  /** Takes a key that was pressed in the text. */
  onKeydown(event: KeyboardEvent): void;
}

/** Loads what makes engines. */
export type LoadRichEngine = LoadEngine<RichHost, RichEngine>;
