/** Words of the reader's language that rendered Markdown says by itself. */
export interface MarkdownWords {
  readonly table: string;
  readonly code: string;
  readonly done: string;
  readonly open: string;
}

/** One rendering of a text: what its pieces share. */
export interface MarkdownRendering {
  /** How many levels headings are moved down. */
  readonly headingOffset: number;
  /** Whether each line break of the text is one. */
  readonly breaks: boolean;
  readonly words: MarkdownWords;
  /** How often each name of a heading has been given. */
  readonly names: Map<string, number>;
}

/** Turns a piece of Markdown into nodes that can be shown: nothing in them runs or leads to a script. */
export interface MarkdownEngine {
  render(text: string, rendering: MarkdownRendering): Node;
}

/** Loads an engine. */
export type LoadMarkdown = () => Promise<MarkdownEngine>;

/** What the id of a heading begins with. */
export const headingPrefix = 'section-';
