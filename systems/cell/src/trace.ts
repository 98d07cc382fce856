import type { Entropy } from './entropy.ts';

/** Position in a distributed trace. @see W3C Trace Context, https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** 16 lower-case hex digits, not all zero. */
  readonly spanId: string;
  /** Trace flags, one byte; bit 0 says that the trace is sampled. */
  readonly flags: number;
  /** Vendor-specific `tracestate` header, passed on unchanged. */
  readonly state?: string;
}

const hex = (entropy: Entropy, digits: number): string => {
  let out = '';
  // Ids must be unique, not secret: the plain generator is several times faster than the strong one.
  while (out.length < digits)
    out += Math.floor(entropy.random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0');
  return /[^0]/.test(out) ? out : out.slice(1) + '1';
};

/**
 * A new trace, sampled, with fresh ids.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { childTrace, newTrace, systemEntropy } from '@organism/cell';
 *
 * const root = newTrace(systemEntropy);
 * const part = childTrace(root, systemEntropy);
 * assert.equal(part.traceId, root.traceId);
 * assert.notEqual(part.spanId, root.spanId);
 * ```
 */
export const newTrace = (entropy: Entropy): TraceContext => ({
  traceId: hex(entropy, 32),
  spanId: hex(entropy, 16),
  flags: 1,
});

/**
 * The same trace with a fresh span id.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { childTrace, newTrace, systemEntropy } from '@organism/cell';
 *
 * const root = newTrace(systemEntropy);
 * assert.equal(childTrace(root, systemEntropy).traceId, root.traceId);
 * ```
 */
export const childTrace = (trace: TraceContext, entropy: Entropy): TraceContext => ({
  ...trace,
  spanId: hex(entropy, 16),
});

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Anything printable; the specification asks to pass on at least 512 characters. */
const statePattern = /^[\x20-\x7e]{1,1024}$/;

/**
 * Reads a `traceparent` header. Anything malformed gives undefined, and the receiver starts a new trace, as the
 * specification asks. A malformed or overlong `tracestate` is dropped.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { parseTraceparent } from '@organism/cell';
 *
 * const trace = parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
 * assert.equal(trace?.spanId, 'b7ad6b7169203331');
 * assert.equal(parseTraceparent('00-nonsense'), undefined);
 * ```
 * @see W3C Trace Context, section 3.2
 */
export const parseTraceparent = (header: string, state?: string): TraceContext | undefined => {
  const [, version, traceId = '', spanId = '', flags = '', rest] = pattern.exec(header.trim()) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  const vendors = state?.trim() ?? '';
  return { traceId, spanId, flags: Number.parseInt(flags, 16), ...(statePattern.test(vendors) && { state: vendors }) };
};

/**
 * Writes a `traceparent` header, version 00. Of the flags only `sampled` and `random` are passed on: others have no
 * meaning yet.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatTraceparent, parseTraceparent } from '@organism/cell';
 *
 * const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
 * const trace = parseTraceparent(header);
 * assert.equal(trace && formatTraceparent(trace), header);
 * ```
 * @see W3C Trace Context, section 3.2
 */
export const formatTraceparent = (trace: TraceContext): string =>
  `00-${trace.traceId}-${trace.spanId}-0${trace.flags & 3}`;
