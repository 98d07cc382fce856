import type { IncomingMessage } from 'node:http';
import { HttpError } from '../errors.ts';
import type { Limits } from './options.ts';

/** What the parser lets pass and the server does not. Undefined: nothing. */
export const objectionTo = (request: IncomingMessage, limits: Limits): HttpError | undefined => {
  const { rawHeaders, url = '' } = request;
  if (url.length > limits.maxUrlBytes)
    return new HttpError(
      'RESPIRATORY_URL_TOO_LONG',
      `The request target must not be longer than ${limits.maxUrlBytes} bytes.`,
    );
  if (rawHeaders.length > 2 * limits.maxHeaders)
    return new HttpError(
      'RESPIRATORY_HEADERS_TOO_LARGE',
      `A request must not have more than ${limits.maxHeaders} headers.`,
    );
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  // Two servers in a row might each take another one. @see RFC 9112 section 3.2
  if (hosts > 1) return new HttpError('RESPIRATORY_BAD_REQUEST', 'A request must have one Host header.');
  return undefined;
};
