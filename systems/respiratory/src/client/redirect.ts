import { BadResponseError } from './errors.ts';
import type { HeaderList } from './header-list.ts';
import type { ClientRequest } from './request.ts';

/** A response, and the request that it answers in the end. */
export interface Followed<R> {
  readonly response: R;
  readonly request: ClientRequest;
}

interface Redirected {
  readonly status: number;
  readonly headers: HeaderList;
}

const redirects = new Set([301, 302, 303, 307, 308]);
/** What one origin is told must not reach another. */
export const secret: readonly string[] = ['authorization', 'cookie', 'proxy-authorization', 'idempotency-key'];
const ofContent = ['content-type', 'content-encoding', 'content-language', 'content-location'];

/** Header fields without some. */
export const dropped = (headers: ClientRequest['headers'], names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

/** The request that a redirect asks for. @see RFC 9110 section 15.4 */
const redirected = (request: ClientRequest, { status, headers }: Redirected): ClientRequest => {
  const url = URL.parse(headers.get('location') ?? '', request.origin + request.path);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new BadResponseError(request, 'redirect', 'a redirect to no http or https URL');
  if (request.origin.startsWith('https:') && url.protocol === 'http:')
    throw new BadResponseError(request, 'redirect', 'a redirect from https to http');
  const { origin } = url;
  const foreign = origin === request.origin ? [] : secret;
  const to = { origin, path: url.pathname + url.search };
  const becomesGet = (status === 303 && request.method !== 'HEAD') || (status < 303 && request.method === 'POST');
  if (becomesGet)
    return {
      ...request,
      ...to,
      method: 'GET',
      headers: dropped(request.headers, [...foreign, ...ofContent]),
      body: undefined,
      contentLength: undefined,
      repeatability: 'idempotent',
    };
  if (request.repeatability === 'once' && request.body !== undefined)
    throw new BadResponseError(request, 'redirect', 'a redirect of content that can not be sent again');
  return { ...request, ...to, headers: foreign.length === 0 ? request.headers : dropped(request.headers, foreign) };
};

/** Makes a call, and those that it is redirected to. */
export const follow = async <R extends Redirected>(
  first: ClientRequest,
  most: number,
  exchange: (request: ClientRequest) => Promise<R>,
  discard: (response: R) => void,
): Promise<Followed<R>> => {
  let request = first;
  for (let hops = 0; ; hops += 1) {
    const response = await exchange(request);
    if (most === 0 || !redirects.has(response.status) || !response.headers.has('location'))
      return { response, request };
    discard(response);
    if (hops === most) throw new BadResponseError(request, 'redirect', `more than ${most} redirects`);
    request = redirected(request, response);
  }
};
