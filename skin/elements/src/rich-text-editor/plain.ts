const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  nbsp: '\u00A0',
  amp: '&',
};

/** Whether HTML has more to it than lines of text. */
export const isFormatted = (html: string): boolean => /<(?!\/?(?:p|br)\s*\/?>)/i.test(html);

/** The text of HTML, a line for each block; to be shown as text. It works where there is no DOM. */
export const plainOf = (html: string): string =>
  html
    .replaceAll(/<(script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, '')
    .replaceAll(/<br\s*\/?>|<\/(?:p|h[1-6]|li|blockquote|pre|div|tr)\s*>(?!\s*$)/gi, '\n')
    .replaceAll(/<[^<>]*>/g, '')
    .replaceAll(/&(lt|gt|quot|apos|#39|nbsp|amp);/g, (_, name: string) => entities[name] ?? '');

/** Lines of text as HTML, a paragraph for each. */
export const htmlOf = (text: string): string => {
  if (text === '') return '';
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return safe
    .split('\n')
    .map((line) => `<p>${line}</p>`)
    .join('');
};
