import type { Body } from '../heart/driver.ts';

/** Begin of bodies that are bytes. No text in UTF-8 has this byte, so it tells them from text. @see RFC 3629 section 1 */
const mark = 0xff;

/** A body as it is stored: text as it is, bytes behind a mark. */
export const toStored = (body: Body): string | Buffer => {
  if (typeof body === 'string') return body;
  if (!(body instanceof Uint8Array)) return JSON.stringify(body);
  const stored = Buffer.allocUnsafe(body.length + 1);
  stored[0] = mark;
  stored.set(body, 1);
  return stored;
};

/** The body that is stored. */
export const fromStored = (stored: unknown): string | Uint8Array => {
  if (!(stored instanceof Uint8Array)) return String(stored);
  return stored[0] === mark ? stored.subarray(1) : String(stored);
};
