import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sleep, systemClock } from '@organism/cell';
import { Heart } from '@organism/circulatory';
import { NatsBroker } from '@organism/circulatory/nats';
import { describe, expect, it } from 'vitest';
import { canServe, NatsServer, Witness } from './nats.harness.ts';

interface Topics {
  readonly numbers: number;
}

describe.runIf(canServe)('a NatsBroker shared by many', () => {
  it('loses nothing when processes that publish and consume are killed', async () => {
    await using server = await NatsServer.start();
    const prefix = `workers-${process.pid}`;
    const published = new Set<number>();
    const witness = new Witness();
    const handled: { readonly n: number; readonly key: string; readonly at: bigint }[] = [];
    const note = (line: string): void => {
      const [what, n, key = '-', at = '0'] = line.split(' ');
      if (what === 'p') published.add(Number(n));
      else handled.push({ n: Number(n), key: key === '-' ? `n${n}` : key, at: BigInt(at) });
    };
    const worker = fileURLToPath(new URL('fixtures/nats-worker.ts', import.meta.url));
    const args = ['--conditions=@organism/source', worker, server.address, prefix];
    const run = async (from: number, ms: number): Promise<void> => {
      const child = spawn(process.execPath, [...args, `${from}`], { stdio: ['ignore', 'pipe', 'inherit'] });
      const lines = createInterface({ input: child.stdout });
      lines.on('line', note);
      await once(lines, 'line');
      await sleep(systemClock, ms);
      child.kill('SIGKILL');
      // What it had written before is read to the end.
      await once(lines, 'close');
    };
    // Two at a time share the group; each publishes numbers and keys of its own.
    const shift = async (lane: number): Promise<void> => {
      for (let turn = 0; turn < 3; turn += 1) await run((lane * 3 + turn) * 100_000, 150);
    };
    await Promise.all([shift(0), shift(1)]);
    // As they were handled: what two processes say is not read in the order in which they said it.
    for (const { n, key } of handled.toSorted((a, b) => (a.at < b.at ? -1 : 1))) witness.see(n, key);
    const driver = new NatsBroker({ servers: server.address, prefix, pollMs: 100 });
    const heart = await new Heart<Topics>({ driver }).start();
    await heart.subscribe('numbers', ({ data, key }) => witness.see(data, key ?? `n${data}`), { ackTimeoutMs: 500 });
    const missing = (): number[] => [...published].filter((n) => !witness.seen.has(n));
    await expect.poll(missing, { timeout: 15_000 }).toEqual([]);
    expect(published.size).toBeGreaterThan(20);
    expect(witness.outOfOrder).toEqual([]);
    expect(await heart.deadLetters('numbers')).toEqual([]);
    await heart.stop();
  }, 40_000);

  it('shares the messages of a group among a hundred consumers', async () => {
    await using server = await NatsServer.start();
    const hearts = await Promise.all(
      Array.from({ length: 4 }, () =>
        new Heart<Topics>({ driver: new NatsBroker({ servers: server.address }) }).start(),
      ),
    );
    const witness = new Witness();
    const running = new Map<string, number>();
    let overlaps = 0;
    const handle = async ({
      data,
      key = '',
    }: {
      readonly data: number;
      readonly key?: string | undefined;
    }): Promise<void> => {
      const others = running.get(key) ?? 0;
      if (key !== '' && others > 0) overlaps += 1;
      running.set(key, others + 1);
      await sleep(systemClock, 1);
      running.set(key, (running.get(key) ?? 1) - 1);
      witness.see(data, key === '' ? `n${data}` : key);
    };
    const options = { ackTimeoutMs: 10_000, prefetch: 4 };
    const consumers = Array.from({ length: 120 }, (_, n) => hearts[n % 4]?.subscribe('numbers', handle, options));
    await Promise.all(consumers);
    const count = 1000;
    await Promise.all(
      Array.from({ length: count }, (_, n) =>
        hearts[n % 4]?.publish('numbers', n, n % 2 === 0 ? {} : { key: `k${n % 25}` }),
      ),
    );
    await expect.poll(() => witness.seen.size, { timeout: 15_000 }).toBe(count);
    expect(overlaps).toBe(0);
    expect([...witness.seen.values()].filter((times) => times > 1)).toEqual([]);
    await Promise.all(hearts.map((heart) => heart.stop()));
  }, 40_000);
});
