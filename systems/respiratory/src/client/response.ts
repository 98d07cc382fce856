import { BadResponseError, type CallPlace } from './errors.ts';
import type { HeaderList } from './header-list.ts';
import type { OutputShape } from './options.ts';

/** Where a response came from: the network, a fresh or stale entry of the cache, or one the server confirmed. */
export type ResponseSource = 'network' | 'cache' | 'stale' | 'revalidated';

/** A response that is here as a whole. */
export interface Buffered {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  readonly source: ResponseSource;
}

/** A response and what it says. */
export interface ClientResponse<T = unknown> {
  readonly status: number;
  readonly headers: HeaderList;
  /** Where it came from in the end, redirects included. */
  readonly url: string;
  readonly source: ResponseSource;
  /** The content as it came. */
  readonly body: Uint8Array;
  /** The content: JSON parsed and checked, other text as a string, other content as bytes, none as undefined. */
  readonly data: T;
}

const utf8 = new TextDecoder();
const jsonType = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;
const textType = /^(text\/|application\/(xml|[\w.+-]+\+xml)\b)/i;

const parseJson = (body: Uint8Array, place: CallPlace): unknown => {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    // Not the parser's own message, which quotes the text.
    throw new BadResponseError(place, 'json', 'malformed JSON');
  }
};

/** What a response says. @throws {BadResponseError} `RESPIRATORY_BAD_RESPONSE` when that is not what was expected. */
export const dataOf = <T>(
  { status, headers, body }: Pick<Buffered, 'status' | 'headers' | 'body'>,
  output: OutputShape<T> | undefined,
  place: CallPlace,
): T => {
  const type = headers.get('content-type') ?? '';
  const isJson = jsonType.test(type);
  let value: unknown;
  if (body.length === 0 || status === 204 || place.method === 'HEAD') value = undefined;
  else if (isJson) value = parseJson(body, place);
  else if (output !== undefined)
    throw new BadResponseError(place, 'media-type', `JSON was expected, not ${type === '' ? 'untyped content' : type}`);
  else value = textType.test(type) ? utf8.decode(body) : body;
  if (output === undefined) return value as T;
  const result = output.safeParse(value);
  if (result.ok) return result.value;
  const [first] = result.issues;
  const more = result.issues.length > 1 ? ` (and ${result.issues.length - 1} more)` : '';
  const problem = `it does not fit ${output.name}: ${(first?.message ?? '').replace(/\.$/, '')}${more}`;
  throw new BadResponseError(place, 'shape', problem, { issues: result.issues });
};
