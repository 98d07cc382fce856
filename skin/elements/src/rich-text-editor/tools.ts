import type { Terms } from '../base/terms.ts';
import type { RichTool } from './contract.ts';

/** A button of the toolbar. */
export interface ToolButton {
  readonly term: keyof Terms;
  readonly english: string;
  /** A letter, or the path of a picture, 24 by 24. */
  readonly face: string;
  /** Keys that do the same, `Mod` for Ctrl or Command. */
  readonly keys: string;
  /** Whether it stays pressed. */
  readonly toggles: boolean;
}

const tool = (term: ToolButton['term'], english: string, face: string, keys: string, toggles = true): ToolButton => ({
  term,
  english,
  face,
  keys,
  toggles,
});

/** The buttons, by what they do. `#` in a word stands for a level. */
export const toolButtons: Readonly<Record<RichTool, ToolButton>> = {
  'heading-1': tool('headingLevel', 'Heading #', 'H1', 'Mod+Alt+1'),
  'heading-2': tool('headingLevel', 'Heading #', 'H2', 'Mod+Alt+2'),
  'heading-3': tool('headingLevel', 'Heading #', 'H3', 'Mod+Alt+3'),
  bold: tool('bold', 'Bold', 'B', 'Mod+B'),
  italic: tool('italic', 'Italic', 'I', 'Mod+I'),
  underline: tool('underline', 'Underline', 'U', 'Mod+U'),
  strike: tool('strikethrough', 'Strikethrough', 'S', 'Mod+Shift+S'),
  code: tool('inlineCode', 'Code', 'M8 7l-5 5 5 5M16 7l5 5-5 5', 'Mod+E'),
  'bullet-list': tool('bulletList', 'Bullet list', 'M9 6h12M9 12h12M9 18h12M4 6h.01M4 12h.01M4 18h.01', 'Mod+Shift+8'),
  'ordered-list': tool(
    'numberedList',
    'Numbered list',
    'M10 6h11M10 12h11M10 18h11M3 5l2-1v5M3 15c0-2 3-2 3 0 0 1.5-3 2.5-3 4h3',
    'Mod+Shift+7',
  ),
  quote: tool('quote', 'Quote', 'M4 5v14M9 7h11M9 12h11M9 17h7', 'Mod+Shift+B'),
  'code-block': tool('codeBlock', 'Code block', 'M3 4h18v16H3zM10 9l-3 3 3 3M14 9l3 3-3 3', 'Mod+Alt+C'),
  link: tool(
    'linkTool',
    'Link',
    'M10 14a4 4 0 0 0 6 0l4-4a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-4 4a4 4 0 0 0 6 6l1-1',
    'Mod+K',
  ),
  undo: tool('undo', 'Undo', 'M8 5L4 9l4 4M4 9h10a5 5 0 0 1 0 10h-3', 'Mod+Z', false),
  redo: tool('redo', 'Redo', 'M16 5l4 4-4 4M20 9H10a5 5 0 0 0 0 10h3', 'Mod+Shift+Z', false),
};

/** The groups of tools that a text names; what nobody knows is left out. */
export const toolGroups = (names: string): RichTool[][] =>
  names
    .split('|')
    .map((group) => group.split(/\s+/).filter((name): name is RichTool => Object.hasOwn(toolButtons, name)))
    .filter((group) => group.length > 0);

const needsScheme = /^(?:www\.|[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?:[/?#:]|$))/u;

/** What a person means by an address: without `https://`, and of mail too. */
export const toAddress = (typed: string): string => {
  const text = typed.trim();
  if (/^[^\s/:@]+@[^\s/:@]+\.[^\s/:@]+$/.test(text)) return `mailto:${text}`;
  return needsScheme.test(text) ? `https://${text}` : text;
};
