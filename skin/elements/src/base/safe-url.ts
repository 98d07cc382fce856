const allowed = /^(?:https?|mailto|tel|sms|ftp|blob):$/;

/**
 * An address that may be followed, or undefined: one that would run a script (`javascript:`, `data:`) is none.
 *
 * @see https://html.spec.whatwg.org/multipage/document-sequences.html#navigate-to-a-javascript:-url
 */
export const safeUrl = (address: string): string | undefined => {
  if (address === '') return undefined;
  const url = URL.parse(address, document.baseURI);
  return url !== null && (allowed.test(url.protocol) || url.protocol === location.protocol) ? address : undefined;
};
