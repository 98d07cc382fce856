import { Context, type ContextOptions, type HeaderOptions, parseTraceparent } from '@organism/cell';
import type { BloodCell } from './blood-cell.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/**
 * The context in which an event is handled: its trace goes on with a span of its own, its correlation id (else its id)
 * groups what follows, and the event is the cause. The tenant is believed only when `trusted`.
 *
 * @param base Clock, entropy, signal and defaults for the new context.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { BloodCell, contextOf } from '@organism/circulatory';
 *
 * const cell = new BloodCell({ id: '7', source: '/shop', type: 'order.placed', extensions: { tenant: 'lisbon' } });
 * assert.equal(contextOf(cell).tenant, undefined);
 * assert.equal(contextOf(cell, {}, { trusted: true }).tenant, 'lisbon');
 * assert.equal(contextOf(cell).causationId, '7');
 * ```
 */
export const contextOf = (cell: BloodCell, base: ContextOptions = {}, options: HeaderOptions = {}): Context => {
  const { correlationid, tenant, traceparent, tracestate } = cell.extensions;
  const trace = parseTraceparent(text(traceparent) ?? '', text(tracestate));
  const trusted = options.trusted === true ? text(tenant) : undefined;
  return new Context({
    ...base,
    ...(trace !== undefined && { trace }),
    ...(trusted !== undefined && { tenant: trusted }),
    correlationId: text(correlationid) ?? cell.id,
    causationId: cell.id,
  }).child();
};
