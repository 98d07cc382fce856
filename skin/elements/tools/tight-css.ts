const space = String.raw`(?:\s|/\*[^]*?\*/)`;
const kept = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\$\{(?:[^{}]|\{[^{}]*\})*\}`;
/** What stays as it is; a last semicolon; a mark with or a colon before space that it needs none of; other space; a nought. */
const token = new RegExp(
  String.raw`(${kept})|;${space}*(?=\})|${space}*([{};,!>])${space}*|(:)${space}+|(${space}+)|(?<![\w.])0(?=\.\d)`,
  'g',
);

/** CSS without comments and without what means nothing. Strings stay as they are, and so does `${…}`. */
export const tightCss = (css: string): string =>
  css.replace(token, (_all, same?: string, mark?: string, colon?: string, other?: string) =>
    other === undefined ? (same ?? mark ?? colon ?? '') : ' ',
  );
