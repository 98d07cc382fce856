import type { ProblemDetails } from '@organism/cell';

/** What a client says: call an operation, listen to a feed, or give either up. */
export type Asked =
  | {
      /** Chosen by the client; names the call until it is over. */
      readonly call: string;
      readonly name: string;
      readonly input?: unknown;
      /** How long it is wanted, in milliseconds. */
      readonly timeoutMs?: number;
      /** Trace and correlation. */
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly cancel: string };

/** What a server says of a call: a value, one value of several, that there are no more, or why there is none. */
export type Answered =
  | { readonly call: string; readonly value: unknown }
  | { readonly call: string; readonly next: unknown }
  | { readonly call: string; readonly done: true }
  | { readonly call: string; readonly problem: ProblemDetails };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isId = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 64;

const areHeaders = (value: unknown): boolean =>
  value === undefined || (isObject(value) && Object.values(value).every((one) => typeof one === 'string'));

/** What a client said; undefined for what is none of this protocol. */
export const toAsked = (data: unknown): Asked | undefined => {
  if (!isObject(data)) return undefined;
  const { call, cancel, name, timeoutMs, headers } = data;
  if (isId(cancel)) return { cancel };
  const isTime = timeoutMs === undefined || (typeof timeoutMs === 'number' && timeoutMs >= 0);
  return isId(call) && typeof name === 'string' && isTime && areHeaders(headers)
    ? (data as unknown as Asked)
    : undefined;
};

/** What a server said; undefined for what is none of this protocol. */
export const toAnswered = (data: unknown): Answered | undefined => {
  if (!isObject(data) || !isId(data['call'])) return undefined;
  const { problem } = data;
  const isKnown = 'value' in data || 'next' in data || data['done'] === true;
  const isProblem = isObject(problem) && typeof problem['code'] === 'string' && typeof problem['status'] === 'number';
  return isKnown || isProblem ? (data as unknown as Answered) : undefined;
};
