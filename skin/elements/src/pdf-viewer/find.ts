/** A piece of text without case and accents, and where each of its characters stood. */
interface Folded {
  readonly text: string;
  readonly from: readonly number[];
}

const marks = /\p{M}/gu;

const fold = (text: string): Folded => {
  let folded = '';
  const from: number[] = [];
  let at = 0;
  for (const sign of text) {
    const isSpace = /\s/.test(sign);
    const plain = isSpace ? ' ' : sign.normalize('NFKD').replaceAll(marks, '').toLowerCase();
    // Several spaces count as one.
    if (!isSpace || !folded.endsWith(' ')) {
      folded += plain;
      for (let unit = 0; unit < plain.length; unit += 1) from.push(at);
    }
    at += sign.length;
  }
  from.push(text.length);
  return { text: folded, from };
};

/** Where a match begins and ends in a text. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** All places of a text in another, whatever their case, accents and line breaks. */
export const findAll = (text: string, wanted: string): readonly Match[] => {
  const { text: needle } = fold(wanted.trim());
  if (needle === '') return [];
  const { text: hay, from } = fold(text);
  const matches: Match[] = [];
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + needle.length)) {
    const start = from[at] ?? 0;
    const last = from[at + needle.length - 1] ?? start;
    // Up to the next character that is another one.
    let after = at + needle.length;
    while ((from[after] ?? text.length) === last && after < from.length - 1) after += 1;
    matches.push({ start, end: from[after] ?? text.length });
  }
  return matches;
};

/** The pieces of a text and where each begins in the whole. */
export interface Pieces {
  readonly text: string;
  readonly starts: readonly number[];
}

/** Joins the pieces of a page; where a line ends, a space stands. */
export const joinPieces = (pieces: readonly { readonly str: string; readonly hasEOL: boolean }[]): Pieces => {
  let text = '';
  const starts: number[] = [];
  for (const { str, hasEOL } of pieces) {
    starts.push(text.length);
    text += hasEOL ? `${str}\n` : str;
  }
  return { text, starts };
};
