/** A link that a response's header gives. */
export interface Link {
  /** As an absolute URL. */
  readonly url: string;
  /** What it is, in lower case: `next`, `prev`, `last`. */
  readonly rels: readonly string[];
}

const link = /<([^<>]*)>((?:\s*;\s*[\w!#$%&'*+.^`|~-]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]*))?)*)/g;
const relation = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*))/i;
/** No honest field is longer. */
const longest = 16_384;

/**
 * Reads a `Link` field. What is malformed is left out.
 *
 * @param base URL of the response, for relative links.
 * @see RFC 8288 section 3
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { parseLinks } from '@organism/respiratory/client';
 *
 * const [next] = parseLinks('</quakes?page=2>; rel="next"', 'http://test/quakes');
 * assert.deepEqual(next, { url: 'http://test/quakes?page=2', rels: ['next'] });
 * ```
 */
export const parseLinks = (field: string | undefined, base: string): readonly Link[] => {
  if (field === undefined || field.length > longest) return [];
  const links: Link[] = [];
  for (const [, target = '', parameters = ''] of field.matchAll(link)) {
    const url = URL.parse(target, base);
    const match = relation.exec(parameters);
    const rels = (match?.[1] ?? match?.[2] ?? '')
      .toLowerCase()
      .split(/\s+/)
      .filter((rel) => rel !== '');
    if (url !== null && rels.length > 0) links.push({ url: url.href, rels });
  }
  return links;
};
