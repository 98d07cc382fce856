import type { IncomingHttpHeaders } from 'node:http';
import { OriginError } from './errors.ts';
import type { CapillaryOptions } from './options.ts';

/**
 * Checks which page asks, because browsers send cookies to a socket whatever page opens it.
 *
 * @returns the origin, or undefined when it is no page.
 * @throws {OriginError} `CIRCULATORY_ORIGIN_FORBIDDEN`
 * @see RFC 6455 section 10.2
 */
export const checkOrigin = (headers: IncomingHttpHeaders, allowed: CapillaryOptions['origins']): string | undefined => {
  const { origin, host } = headers;
  if (origin === undefined || allowed === 'any') return origin;
  if (allowed !== undefined && allowed !== 'same') {
    if (allowed.includes(origin)) return origin;
    throw new OriginError();
  }
  if (host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase()) return origin;
  throw new OriginError();
};

/** Headers that let the page read the answer. @see Fetch Standard, CORS protocol */
export const corsHeaders = (origin: string | undefined): Record<string, string> =>
  origin === undefined
    ? {}
    : { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', vary: 'origin' };
