const isDigit = (code: number): boolean => /\p{Nd}/u.test(String.fromCodePoint(code));

/**
 * A text with the decimal digits of every script written as 0–9, so that what a user types in their own digits can be
 * read. Unicode keeps the ten digits of a script in one run that begins with zero.
 *
 * @see https://www.unicode.org/versions/latest/core-spec/chapter-4/#G124206
 */
export const toLatinDigits = (text: string): string =>
  text.normalize('NFKC').replaceAll(/(?![0-9])\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    let value = 0;
    while (value < 9 && isDigit(code - value - 1)) value += 1;
    return String(value);
  });
