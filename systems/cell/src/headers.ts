import { Context, type ContextOptions, type Principal } from './context.ts';
import { formatTraceparent, parseTraceparent } from './trace.ts';

/** How much of the other side is believed, and the header carrier's defaults. */
export interface HeaderOptions {
  /** Also carry principal and tenant. Only between services that trust each other. Default false. */
  readonly trusted?: boolean;
}

/** Anything that gives a header's value by its lower-case name. */
export type HeaderSource = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

const visible = /^[\x21-\x7e]{1,256}$/;
const digits = /^\d{1,15}$/;
const longestClaim = 8192;
const longestTimeoutMs = 24 * 60 * 60 * 1000;

const reader = (source: HeaderSource): ((name: string) => string | undefined) => {
  const { get } = source;
  if (typeof get === 'function') return (name) => (source as Headers).get(name) ?? undefined;
  return (name) => {
    const value = (source as Readonly<Record<string, string | readonly string[] | undefined>>)[name];
    // A repeated header stands for its values joined. @see RFC 9110 section 5.3
    return typeof value === 'string' ? value : value?.join(', ');
  };
};

const decode = (value: string | undefined): string | undefined => {
  try {
    return value === undefined || value.length > longestClaim ? undefined : decodeURIComponent(value);
  } catch {
    return undefined;
  }
};

const readPrincipal = (encoded: string | undefined): Principal | undefined => {
  try {
    const value = JSON.parse(decode(encoded) ?? 'null') as { readonly id?: unknown } | null;
    return typeof value?.id === 'string' ? { ...value, id: value.id } : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Writes a context as headers for a call to another service: `traceparent`, `tracestate`, `x-correlation-id`,
 * `x-causation-id`, `x-timeout-ms` (time left, so that clocks need not agree) and, when trusted, `x-principal` and
 * `x-tenant` (percent-encoded).
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Context, contextFromHeaders, contextToHeaders } from '@organism/cell';
 *
 * const here = new Context({ correlationId: 'order-7' });
 * const there = contextFromHeaders(contextToHeaders(here));
 * assert.equal(there.correlationId, 'order-7');
 * assert.equal(there.trace.traceId, here.trace.traceId);
 * ```
 * @see W3C Trace Context, https://www.w3.org/TR/trace-context/
 */
export const contextToHeaders = (context: Context, options: HeaderOptions = {}): Record<string, string> => {
  const headers: Record<string, string> = { traceparent: formatTraceparent(context.trace) };
  if (context.trace.state !== undefined) headers['tracestate'] = context.trace.state;
  if (visible.test(context.correlationId)) headers['x-correlation-id'] = context.correlationId;
  if (context.causationId !== undefined && visible.test(context.causationId))
    headers['x-causation-id'] = context.causationId;
  if (context.deadline !== undefined) headers['x-timeout-ms'] = String(Math.ceil(context.remainingMs));
  if (options.trusted === true) {
    if (context.principal !== undefined) headers['x-principal'] = encodeURIComponent(JSON.stringify(context.principal));
    if (context.tenant?.isWellFormed()) headers['x-tenant'] = encodeURIComponent(context.tenant);
  }
  return headers;
};

/**
 * Reads a context from a call's headers. Malformed headers are ignored, never an error; principal and tenant are
 * read only when trusted. The caller's span becomes the parent: the new context has a span of its own.
 *
 * @param base Clock, entropy, signal and defaults for the new context.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { contextFromHeaders } from '@organism/cell';
 *
 * const headers = { 'x-correlation-id': 'order-7', 'x-tenant': 'lisbon', 'x-timeout-ms': '5000' };
 * const outside = contextFromHeaders(headers, { tenant: 'demo' });
 * assert.deepEqual([outside.correlationId, outside.tenant], ['order-7', 'demo']);
 * assert.ok(outside.remainingMs <= 5000);
 * assert.equal(contextFromHeaders(headers, {}, { trusted: true }).tenant, 'lisbon');
 * ```
 */
export const contextFromHeaders = (
  source: HeaderSource,
  base: ContextOptions = {},
  options: HeaderOptions = {},
): Context => {
  const read = reader(source);
  const traceparent = read('traceparent');
  const trace = traceparent === undefined ? undefined : parseTraceparent(traceparent, read('tracestate'));
  const correlationId = read('x-correlation-id');
  const causationId = read('x-causation-id');
  const timeoutMs = read('x-timeout-ms') ?? '';
  const trusted = options.trusted === true;
  const principal = trusted ? readPrincipal(read('x-principal')) : undefined;
  const tenant = trusted ? decode(read('x-tenant')) : undefined;
  const remote = new Context({
    ...base,
    ...(trace !== undefined && { trace }),
    ...(correlationId !== undefined && visible.test(correlationId) && { correlationId }),
    ...(causationId !== undefined && visible.test(causationId) && { causationId }),
    ...(principal !== undefined && { principal }),
    ...(tenant !== undefined && { tenant }),
  });
  if (!digits.test(timeoutMs)) return remote.child();
  return remote.child({ deadline: remote.clock.now() + Math.min(Number(timeoutMs), longestTimeoutMs) });
};
