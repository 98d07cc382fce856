import { consecutive } from '@organism/homeostasis';
import { LungClient } from '@organism/respiratory/client';
import { RedisBreakerStore } from '@organism/respiratory/redis';
import { Redis } from 'ioredis';

// The program of breaker-redis.test.ts: a process that calls a server when it is told to.
const [, , baseUrl = '', prefix = '', openMs = '0'] = process.argv;
const client = new Redis({ host: '127.0.0.1', maxRetriesPerRequest: 1 });
client.on('error', () => {});
const store = new RedisBreakerStore({ client, prefix });
const lung = new LungClient({
  baseUrl,
  retry: false,
  breaker: { trip: consecutive({ failures: 3 }), openMs: Number(openMs), share: { store, waitMs: 2000 } },
});
const call = async (): Promise<string> =>
  lung.get('/').then(
    () => 'answered',
    (error: unknown) => String((error as { code: unknown }).code),
  );
process.on('message', (times: number) => {
  void (async () => {
    const outcomes = [];
    for (let time = 0; time < times; time += 1) outcomes.push(await call());
    process.send?.(outcomes);
  })();
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
