import { type Clock, OrganismError, type ProblemDetails } from '@organism/cell';
import { type Issue, ValidationError } from '@organism/skeletal';
import type { CallPlace } from './errors.ts';
import { HeaderList } from './header-list.ts';
import { retryAfterMs } from './rate-headers.ts';

/** Makes an error of one's own from a server's problem document. */
export type ErrorMaker = (problem: ProblemDetails, headers: HeaderList) => OrganismError;

/** Answers that another attempt may mend. */
const passing = new Set([408, 425, 429, 502, 503, 504]);
const codePattern = /^[A-Z][A-Z0-9_]{1,99}$/;
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * The server answered with an error: code, status, title, detail and extensions are those that it threw. Without a
 * problem document the code is `RESPIRATORY_STATUS`.
 *
 * `retryable` for 408, 425, 429, 502, 503 and 504.
 *
 * @see RFC 9457
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { FetchTransport, LungClient, RemoteError } from '@organism/respiratory/client';
 *
 * const problem = { status: 409, title: 'Sold out', code: 'SHOP_SOLD_OUT', left: 0 };
 * const answer = () => Response.json(problem, { status: 409, headers: { 'content-type': 'application/problem+json' } });
 * const client = new LungClient({ baseUrl: 'http://test', transport: new FetchTransport({ fetch: async () => answer() }) });
 * await assert.rejects(client.get('/seat'), (error) => {
 *   assert.ok(error instanceof RemoteError);
 *   assert.deepEqual([error.code, error.status, error.extensions], ['SHOP_SOLD_OUT', 409, { left: 0 }]);
 *   return true;
 * });
 * ```
 */
export class RemoteError extends OrganismError {
  readonly headers: HeaderList;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(place: CallPlace, problem: ProblemDetails, headers: HeaderList, waitMs: number | undefined) {
    const { type: _type, title, status, detail, instance, code, ...extensions } = problem;
    super(code, detail ?? `${place.method} ${place.origin}${place.path.split('?', 1)[0]}: ${status} ${title}.`, {
      status,
      title,
      ...(detail !== undefined && { publicMessage: detail }),
      extensions,
      details: { method: place.method, origin: place.origin, path: place.path.split('?', 1)[0], instance },
      retryable: passing.has(status),
    });
    this.headers = headers;
    this.retryAfterMs = waitMs;
  }
}

/** An answer's problem document; what is missing is made up from the status. */
const problemOf = (status: number, headers: HeaderList, body: Uint8Array): ProblemDetails => {
  let given: Record<string, unknown> = {};
  if (/^application\/(problem\+)?json\b/i.test(headers.get('content-type') ?? '')) {
    try {
      const value: unknown = JSON.parse(new TextDecoder().decode(body));
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) given = value as typeof given;
    } catch {
      // The status says enough.
    }
  }
  const detail = text(given['detail']);
  const instance = text(given['instance']);
  const code = text(given['code']);
  const { detail: _detail, instance: _instance, ...members } = given;
  return {
    ...members,
    type: text(given['type']) ?? 'about:blank',
    title: text(given['title']) ?? `Status ${status}`,
    // The document's is only for readers that did not see the response. @see RFC 9457 section 3.1.2
    status,
    ...(detail !== undefined && { detail }),
    ...(instance !== undefined && { instance }),
    code: code !== undefined && codePattern.test(code) ? code : 'RESPIRATORY_STATUS',
  };
};

const isIssue = (value: unknown): value is Issue =>
  typeof value === 'object' &&
  value !== null &&
  'path' in value &&
  Array.isArray(value.path) &&
  'message' in value &&
  typeof value.message === 'string';

/**
 * The error that a server threw, from its problem document, whichever protocol brought it.
 *
 * @param waitMs How long the server asks to wait.
 */
export const problemError = (
  place: CallPlace,
  problem: ProblemDetails,
  headers: HeaderList = new HeaderList([]),
  waitMs?: number,
): OrganismError => {
  const { errors, detail } = problem;
  if (problem.code === 'SKELETAL_INVALID' && Array.isArray(errors) && errors.every(isIssue))
    return new ValidationError(/^[\w.-]+(?=: )/.exec(detail ?? '')?.[0] ?? 'request', errors);
  // Errors of a policy or a deadline over there stay RemoteErrors: here, they would be taken for our own.
  return new RemoteError(place, problem, headers, waitMs);
};

/** The error that the server threw, from its answer. */
export const toError = (
  place: CallPlace,
  answer: { readonly status: number; readonly headers: HeaderList; readonly body: Uint8Array },
  makers: Readonly<Record<string, ErrorMaker>>,
  clock: Clock,
): OrganismError => {
  const problem = problemOf(answer.status, answer.headers, answer.body);
  if (Object.hasOwn(makers, problem.code)) {
    const made = makers[problem.code]?.(problem, answer.headers);
    if (made !== undefined) return made;
  }
  return problemError(place, problem, answer.headers, retryAfterMs(answer.headers, clock.now()));
};
