import { VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';
import { Heart, MemoryBroker, type PublishOutcome, route } from '@organism/circulatory';

interface Events {
  quakes: number;
  strong: number;
  deep: number;
  texts: string;
}

const start = async (driver = new MemoryBroker()) => {
  const clock = new VirtualClock();
  return { clock, heart: await new Heart<Events>({ clock, driver }).start() };
};
const taken = async (heart: Heart<Events>, topic: keyof Events): Promise<unknown[]> => {
  const vein = await heart.vein(topic);
  const messages = await vein.pull({ max: 100, waitMs: 0 });
  return messages.map(({ data }) => data);
};
const publish = async (heart: Heart<Events>, ...values: readonly number[]): Promise<void> =>
  void (await heart.publishBatch(
    'quakes',
    values.map((value) => ({ value })),
  ));

describe('a route', () => {
  it('sends messages to every topic whose rule applies', async () => {
    const { heart } = await start();
    const routing = await route(heart, 'quakes', [
      { to: 'strong', when: (magnitude) => magnitude >= 5 },
      { to: 'deep', when: (magnitude) => magnitude % 2 === 0 },
      { to: 'texts', map: String },
    ]);
    await publish(heart, 6, 5, 2);
    await routing.drain();
    expect((await taken(heart, 'strong')).toSorted()).toEqual([5, 6]);
    expect((await taken(heart, 'deep')).toSorted()).toEqual([2, 6]);
    expect((await taken(heart, 'texts')).toSorted()).toEqual(['2', '5', '6']);
    expect((await heart.inspect('quakes')).depth).toBe(0);
  });

  it('sends messages by the first rule only, when told', async () => {
    const { heart } = await start();
    const routing = await route(
      heart,
      'quakes',
      [{ to: 'strong', when: (magnitude) => magnitude >= 5 }, { to: 'deep' }],
      {
        match: 'first',
      },
    );
    await publish(heart, 6, 2);
    await routing.drain();
    expect([await taken(heart, 'strong'), await taken(heart, 'deep')]).toEqual([[6], [2]]);
  });

  it('drops what no rule takes, or makes it a dead letter', async () => {
    const { heart } = await start();
    const none = [{ to: 'strong', when: () => false }] as const;
    await using _dropping = await route(heart, 'quakes', none, { group: 'a' });
    await using burying = await route(heart, 'quakes', none, { group: 'b', unrouted: 'dead-letter' });
    await publish(heart, 1);
    await burying.drain();
    expect(await heart.deadLetters('quakes', { group: 'a' })).toEqual([]);
    expect(await heart.deadLetters('quakes', { group: 'b' })).toMatchObject([{ reason: { code: 'unrouted' } }]);
  });

  it('gives each target a message once, though one of them failed at first', async () => {
    class Failing extends MemoryBroker {
      failures = 2;
      override publish(...call: Parameters<MemoryBroker['publish']>): PublishOutcome {
        if (call[0] === 'deep' && this.failures > 0) {
          this.failures -= 1;
          throw new Error('full');
        }
        return super.publish(...call) as PublishOutcome;
      }
    }
    const { heart, clock } = await start(new Failing());
    await using _routing = await route(heart, 'quakes', [{ to: 'strong' }, { to: 'deep' }], { backoff: () => 100 });
    await publish(heart, 6);
    await clock.advance(1000);
    expect([await taken(heart, 'strong'), await taken(heart, 'deep')]).toEqual([[6], [6]]);
  });

  it('keeps keys, and with them the order', async () => {
    const { heart } = await start();
    await using _routing = await route(heart, 'quakes', [{ to: 'strong' }], { concurrency: 8 });
    for (let value = 0; value < 20; value += 1) await heart.publish('quakes', value, { key: 'one' });
    const seen: number[] = [];
    await using _reading = await heart.subscribe('strong', ({ data }) => void seen.push(data), { concurrency: 8 });
    await expect.poll(() => seen.length).toBe(20);
    expect(seen).toEqual(Array.from({ length: 20 }, (_, value) => value));
  });

  it('refuses bad rules', async () => {
    const { heart } = await start();
    await expect(route(heart, 'quakes', [])).rejects.toThrow(/rules/);
    await expect(route(heart, 'quakes', [{ to: 'strong', when: 1 as never }])).rejects.toThrow(/rules\[0\]\.when/);
    // @ts-expect-error A number is no text: a map is needed.
    await (await route(heart, 'quakes', [{ to: 'texts' }])).close();
  });
});
