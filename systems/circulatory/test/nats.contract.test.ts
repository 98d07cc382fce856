import { heartDriverChecks } from '@organism/circulatory/testing';
import { NatsBroker } from '@organism/circulatory/nats';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, describe, expect, it } from 'vitest';

const connection = await connect({ servers: '127.0.0.1:4222', reconnect: false, timeout: 1000 }).catch(() => undefined);
if (connection === undefined) console.warn('Skipped: there is no NATS server at 127.0.0.1:4222.');
const prefix = `check-${process.pid}`;
let made = 0;

afterAll(async () => {
  if (connection === undefined) return;
  const { streams } = await jetstreamManager(connection);
  const all: string[] = [];
  for await (const name of streams.names()) if (name.startsWith(`${prefix}-`)) all.push(name);
  await Promise.all(all.map((name) => streams.delete(name)));
  await connection.close();
});

describe.runIf(connection !== undefined)('NatsBroker keeps the contract of a broker driver', () => {
  const make = (): NatsBroker =>
    new NatsBroker({ ...(connection !== undefined && { connection }), prefix: `${prefix}-${made++}`, pollMs: 100 });
  const checks = heartDriverChecks(make, {
    isDurable: true,
    clock: 'store',
    lacks: ['priority', 'shed', 'retention', 'batch', 'fencing'],
  });
  const kept = checks.filter(({ skipped }) => skipped === undefined);

  it.concurrent.each(kept)('$name', async ({ run }) => {
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
