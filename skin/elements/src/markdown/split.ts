/** A stretch of a text; one that is `plain` is too tangled to be read as Markdown in reasonable time. */
export interface MarkdownPiece {
  readonly text: string;
  readonly plain: boolean;
}

// Measured with marked 18: a piece of this length takes some 100 ms, and a block without a blank line, which can cost the
// square of its length, at most a second.
const pieceLength = 32 * 1024;
const blockLength = 16 * 1024;
// As marked has them: information behind backticks holds none, and a fence ends with any run that begins as it did.
const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const fenceEnd = /^ {0,3}([`~]{3,})$/;
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
  let fenceStart = 0;
  let blockStart = 0;
  let wasBlank = false;
  let isTangled = false;
  const close = (at: number): void => {
    const piece = text.slice(start, at);
    if (isTangled) pieces.push(...cut(piece).map((one) => ({ text: one, plain: true })));
    else if (piece.trim() !== '') pieces.push({ text: piece + shared, plain: false });
    start = at;
    isTangled = false;
  };
  const closeFence = (): void => {
    open = '';
    blockStart = end;
    if (end - fenceStart <= blockLength) return;
    // What begins with a fence is read as code whatever stood before it, in a comment for instance.
    close(fenceStart);
    pieces.push({ text: text.slice(fenceStart, end), plain: false });
    start = end;
  };
  while (end < text.length) {
    const lineStart = end;
    end = text.indexOf('\n', end) + 1 || text.length;
    const line = text.slice(lineStart, end).trimEnd();
    if (open !== '') {
      if (fenceEnd.exec(line)?.[1]?.startsWith(open)) closeFence();
      continue;
    }
    if (wasBlank && lineStart - start >= pieceLength && !goesOn.test(line)) close(lineStart);
    open = fence.exec(line)?.[1] ?? '';
    if (open !== '') fenceStart = lineStart;
    wasBlank = line === '';
    if (wasBlank) blockStart = end;
    isTangled ||= open === '' && end - blockStart > blockLength;
  }
  if (open !== '') closeFence();
  close(end);
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
