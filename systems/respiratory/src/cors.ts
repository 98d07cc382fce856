import { OptionError } from '@organism/cell';
import type { Exchange } from './exchange/exchange.ts';

/** Options of {@link cors}. */
export interface CorsOptions {
  /** Origins that may call: exact ones, `*` for all, or a function. */
  readonly origins: '*' | readonly string[] | ((origin: string) => boolean);
  /** Let cookies and other credentials come along. Not with `*`. Default false. */
  readonly credentials?: boolean;
  /** Headers that a page may send beside the simple ones. Default: those it asks for. */
  readonly headers?: readonly string[];
  /** Headers of responses that a page may read beside the simple ones. */
  readonly expose?: readonly string[];
  /** How long a browser may remember a preflight, in seconds. Default 600. */
  readonly maxAgeS?: number;
}

/** Cross-origin rules, ready to be applied. Made by {@link cors}. */
export interface Cors {
  /** Adds the headers for the origin of a request. Returns false when that origin may not call. */
  apply(exchange: Exchange): boolean;
  /** Answers the question that a browser asks before a call. */
  preflight(exchange: Exchange, methods: readonly string[]): void;
}

const token = /^[!#$%&'*+.^_`|~\w-]+$/;

/**
 * Cross-origin resource sharing: which pages of other origins may call. Give it to a Lung for all routes, or to an
 * endpoint.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` when credentials are to be let in from everywhere.
 * @see Fetch Standard, section 3.3
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { cors, Lung, page } from '@organism/respiratory';
 *
 * const lung = new Lung({ cors: cors({ origins: ['https://shop.example'] }), endpoints: [page('GET /', () => 'hi')] });
 * const answer = await lung.inject('GET /', { headers: { origin: 'https://shop.example' } });
 * assert.equal(answer.headers.get('access-control-allow-origin'), 'https://shop.example');
 * ```
 */
export const cors = (options: CorsOptions): Cors => {
  const { origins, credentials = false, headers, expose = [], maxAgeS = 600 } = options;
  if (origins === '*' && credentials)
    throw new OptionError('origins', 'a list or a function where credentials are let in', origins);
  if (!Number.isInteger(maxAgeS) || maxAgeS < 0) throw new OptionError('maxAgeS', 'a whole number of seconds', maxAgeS);
  const listed = new Set(typeof origins === 'object' ? origins : []);
  const may = (origin: string): boolean =>
    origins === '*' || (typeof origins === 'function' ? origins(origin) : listed.has(origin));
  const apply = (exchange: Exchange): boolean => {
    const origin = exchange.header('origin');
    if (origins === '*') exchange.setHeader('access-control-allow-origin', '*');
    // Caches must keep the answers for different origins apart, also that of one who sent none.
    else exchange.vary('origin');
    if (origin === undefined || !may(origin)) return false;
    if (origins !== '*') exchange.setHeader('access-control-allow-origin', origin);
    if (credentials) exchange.setHeader('access-control-allow-credentials', 'true');
    if (expose.length > 0) exchange.setHeader('access-control-expose-headers', expose.join(', '));
    return true;
  };
  return {
    apply,
    preflight: (exchange, methods) => {
      exchange.vary('access-control-request-headers');
      if (apply(exchange)) {
        const asked = (exchange.header('access-control-request-headers') ?? '')
          .split(',')
          .map((name) => name.trim())
          .filter((name) => token.test(name));
        const allowed = headers ?? asked;
        exchange.setHeader('access-control-allow-methods', methods.join(', '));
        if (allowed.length > 0) exchange.setHeader('access-control-allow-headers', allowed.join(', '));
        exchange.setHeader('access-control-max-age', String(maxAgeS));
      }
      exchange.reply(204, { allow: methods.join(', ') });
    },
  };
};
