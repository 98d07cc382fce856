/** A stretch of a text; one that is `plain` is too tangled to be read as Markdown in reasonable time. */
export interface MarkdownPiece {
  readonly text: string;
  readonly plain: boolean;
}

// Measured with marked 18: a piece of this length takes some 100 ms, and a block without a blank line, which can cost the
// square of its length, at most a second.
const pieceLength = 32 * 1024;
const blockLength = 16 * 1024;
const fence = /^ {0,3}(`{3,}|~{3,})/;
// What may belong to the block before it even after a blank line.
const goesOn = /^(?:[ \t]|[-*+>|]|\d+[.)])/;
const definition = /^ {0,3}\[[^\]\n]{1,200}\]:[^\n]{1,2000}$/gm;

/** Dedents a text that stands indented in a page. */
export const dedent = (text: string): string => {
  const lines = text.replace(/^\s*\n|\s+$/g, '').split('\n');
  const margins = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const margin = margins.reduce((least, one) => Math.min(least, one), Infinity);
  return margin > 0 && margin < Infinity ? lines.map((line) => line.slice(margin)).join('\n') : lines.join('\n');
};

/**
 * Cuts a long text between its blocks, so that it can be rendered a piece at a time while the page stays usable. Each
 * piece gets the link definitions of the whole. A short text is one piece.
 */
export const split = (text: string): MarkdownPiece[] => {
  if (text.length <= blockLength) return [{ text, plain: false }];
  const definitions = text.match(definition)?.join('\n') ?? '';
  // Thousands of definitions would make every piece slow.
  const shared = definitions.length > blockLength ? '' : `\n\n${definitions}`;
  const pieces: MarkdownPiece[] = [];
  let start = 0;
  let end = 0;
  let open = '';
  let wasBlank = false;
  const close = (): void => {
    const piece = text.slice(start, end);
    if (isTangled(piece)) pieces.push(...cut(piece).map((one) => ({ text: one, plain: true })));
    else if (piece.trim() !== '') pieces.push({ text: piece + shared, plain: false });
    start = end;
  };
  while (end < text.length) {
    const lineEnd = text.indexOf('\n', end) + 1 || text.length;
    const line = text.slice(end, Math.min(lineEnd, end + 200));
    const mark = fence.exec(line)?.[1] ?? '';
    if (open === '' && wasBlank && end - start >= pieceLength && !goesOn.test(line)) close();
    if (open === '') open = mark;
    else if (mark.startsWith(open) && line.trim() === mark) open = '';
    wasBlank = line.trim() === '';
    end = lineEnd;
  }
  close();
  return pieces;
};

/** Parts of a text without structure, cut at spaces: a browser takes seconds to break megabytes into lines. */
export const cut = (text: string): string[] => {
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    const space = text.lastIndexOf(' ', start + blockLength) + 1;
    const end = space > start + blockLength / 2 && start + blockLength < text.length ? space : start + blockLength;
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
};

/** Whether a text has a block so long that reading it could block the page. */
const isTangled = (text: string): boolean => {
  if (text.length <= blockLength) return false;
  const prose = text.replaceAll(/^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ {0,3}\1[`~]*[ \t]*$/gm, '\n');
  return prose.split(/\n[ \t]*\n/).some((block) => block.length > blockLength);
};
