/** Two 32-bit FNV-1a-like hashes over the text, mixed at the end: for caches, not against forgery. */
const hash = (text: string | Uint8Array): string => {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const code = typeof text === 'string' ? text.charCodeAt(index) : (text[index] as number);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
};

/** Weak entity tag of a text: equal for equal texts, whatever their compression. @see RFC 9110 section 8.8.3 */
export const etagOf = (text: string | Uint8Array): string => `W/"${text.length.toString(36)}-${hash(text)}"`;

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

/** Whether one of the tags of `if-none-match` or `if-match` is this one, by weak comparison. */
export const matchesTag = (header: string, etag: string): boolean =>
  header.trim() === '*' || header.split(',').some((tag) => opaque(tag) === opaque(etag));
