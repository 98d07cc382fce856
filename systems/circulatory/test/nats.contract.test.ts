import { heartDriverChecks } from '@organism/circulatory/testing';
import { NatsBroker } from '@organism/circulatory/nats';
import { describe, expect, it } from 'vitest';
import { sharedNats } from './nats.harness.ts';

const { connection, prefix } = await sharedNats('check');
let made = 0;

describe.runIf(connection !== undefined)('NatsBroker keeps the contract of a broker driver', () => {
  const make = (): NatsBroker =>
    new NatsBroker({ ...(connection !== undefined && { connection }), prefix: `${prefix}-${made++}`, pollMs: 100 });
  const checks = heartDriverChecks(make, {
    isDurable: true,
    clock: 'store',
    lacks: ['priority', 'shed', 'retention', 'batch', 'fencing'],
  });
  const kept = checks.filter(({ skipped }) => skipped === undefined);

  it.concurrent.each(kept)('$name', { timeout: kept[0]?.timeoutMs ?? 0 }, async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  it('says what it can not do', () => {
    expect(checks.flatMap(({ name, skipped }) => (skipped === undefined ? [] : [`${name}: ${skipped}`]))).toEqual([
      'keeps handled messages for groups to come, as long as told: lacks retention',
      'handles higher priorities first: lacks priority',
      'takes an id once in its window, in a batch: lacks batch',
      'refuses a batch that is over its bound, all or nothing: lacks batch',
      'sheds lower priorities where it may: lacks shed, priority',
    ]);
  });
});
