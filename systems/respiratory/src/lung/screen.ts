import type { IncomingMessage } from 'node:http';
import { HttpError } from '../errors.ts';
import type { Limits } from './options.ts';

/** What is too much of a request's head, whichever version of HTTP it came by. */
export const objectionToHead = (url: string, headers: number, limits: Limits): HttpError | undefined => {
  if (url.length > limits.maxUrlBytes)
    return new HttpError(
      'RESPIRATORY_URL_TOO_LONG',
      `The request target must not be longer than ${limits.maxUrlBytes} bytes.`,
    );
  if (headers > limits.maxHeaders)
    return new HttpError(
      'RESPIRATORY_HEADERS_TOO_LARGE',
      `A request must not have more than ${limits.maxHeaders} headers.`,
    );
  return undefined;
};

/** What a client expects that no server here does. @see RFC 9110 section 10.1.1 */
export const objectionToExpectation = (expectation: string): HttpError | undefined =>
  expectation.toLowerCase() === '100-continue'
    ? undefined
    : new HttpError('RESPIRATORY_EXPECTATION_FAILED', 'The only expectation that is met is 100-continue.');

/** What the parser of HTTP/1.1 lets pass and the server does not. Undefined: nothing. */
export const objectionTo = (request: IncomingMessage, limits: Limits): HttpError | undefined => {
  const { rawHeaders, url = '' } = request;
  const objection = objectionToHead(url, rawHeaders.length / 2, limits);
  if (objection !== undefined) return objection;
  let hosts = 0;
  let refusal: HttpError | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    else if (name.length === 6 && name.toLowerCase() === 'expect')
      refusal ??= objectionToExpectation(rawHeaders[index + 1] as string);
  }
  // Two servers in a row might each take another one. @see RFC 9112 section 3.2
  if (hosts > 1) return new HttpError('RESPIRATORY_BAD_REQUEST', 'A request must have one Host header.');
  return refusal;
};
