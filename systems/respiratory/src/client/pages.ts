import { OptionError } from '@organism/cell';
import { BadResponseError, type CallPlace } from './errors.ts';
import { parseLinks } from './link.ts';
import type { LungClient } from './lung-client.ts';
import type { CallOptions, OptionsFor, Rest } from './options.ts';
import type { ClientResponse } from './response.ts';

/** Bounds of {@link pages}. */
export interface PageOptions {
  /** Default 1000. */
  readonly maxPages?: number;
}

/**
 * Pagination: the pages of a list, by the `next` link of each. Asks for a page when it is wanted, and not before.
 *
 * Stays at the origin of the first page, whose headers go with every call.
 *
 * @throws {BadResponseError} when a link leads to another origin or to a page seen before, or after `maxPages`.
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad `maxPages`.
 * @see RFC 8288
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { FetchTransport, LungClient, pages } from '@organism/respiratory/client';
 *
 * const answer = async ({ url }: Request) =>
 *   url.endsWith('?page=2')
 *     ? Response.json(['c'])
 *     : Response.json(['a', 'b'], { headers: { link: '<?page=2>; rel="next"' } });
 * const client = new LungClient({ baseUrl: 'http://test', transport: new FetchTransport({ fetch: answer }) });
 * const all: unknown[] = [];
 * for await (const { data } of pages(client, '/letters')) all.push(...(data as string[]));
 * assert.deepEqual(all, ['a', 'b', 'c']);
 * ```
 */
export async function* pages<P extends string, T = unknown>(
  client: LungClient,
  path: P,
  ...[options]: [...Rest<P, T, never>] | [OptionsFor<P, T, never> & PageOptions]
): AsyncGenerator<ClientResponse<T>, void> {
  const { maxPages = 1000, ...given } = (options ?? {}) as CallOptions<T, never> & PageOptions;
  if (!(Number.isSafeInteger(maxPages) && maxPages >= 1))
    throw new OptionError('maxPages', 'a whole number >= 1', maxPages);
  const { params: _params, query: _query, ...later } = given;
  const seen = new Set<string>();
  let response = await client.send<string, T, never>('GET', path, given);
  const { origin } = new URL(response.url);
  for (let count = 1; ; count += 1) {
    yield response;
    const links = parseLinks(response.headers.get('link'), response.url);
    const next = links.find(({ rels }) => rels.includes('next'))?.url;
    if (next === undefined) return;
    const place: CallPlace = { method: 'GET', origin, path: new URL(response.url).pathname };
    if (new URL(next).origin !== origin)
      throw new BadResponseError(place, 'link', 'the next page is of another origin');
    seen.add(response.url);
    if (seen.has(next)) throw new BadResponseError(place, 'link', 'the next page was there before');
    if (count === maxPages) throw new BadResponseError(place, 'link', `more than ${maxPages} pages`);
    response = await client.send<string, T, never>('GET', next, later);
  }
}
