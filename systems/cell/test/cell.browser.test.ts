import {
  Cell,
  Context,
  contextFromHeaders,
  contextToHeaders,
  Organism,
  sleep,
  systemClock,
  systemEntropy,
  toMermaid,
} from '@organism/cell';
import { describe, expect, test } from 'vitest';

describe('in a browser', () => {
  test('a body starts, tells how it is, draws itself and stops', async () => {
    const log: string[] = [];
    const cell = (name: string, needs: string[] = []): Cell =>
      new Cell({ name, needs, start: () => void log.push(`+${name}`), stop: () => void log.push(`-${name}`) });
    {
      await using body = await new Organism({
        name: 'page',
        cells: [cell('view', ['store']), cell('store')],
        signals: true,
      }).start();
      expect((await body.health()).status).toBe('pass');
      expect(toMermaid(body.describe())).toContain('flowchart LR');
    }
    expect(log).toEqual(['+store', '+view', '-view', '-store']);
  });

  test('the context is passed explicitly: there is no ambient one', async () => {
    const context = new Context({ tenant: 'lisbon' });
    const seen = await context.run(async (given) => {
      await sleep(given.clock, 1);
      return [given.tenant, Context.current()];
    });
    expect(seen).toEqual(['lisbon', undefined]);
  });

  test('deadlines, signals and headers work', async () => {
    using context = new Context({ deadline: systemClock.now() + 5 });
    await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()));
    expect(() => context.throwIfDone()).toThrow('The deadline passed');
    const there = contextFromHeaders(new Headers(contextToHeaders(context)));
    expect(there.trace.traceId).toBe(context.trace.traceId);
  });

  test('timers can be unreferenced, where that means nothing, and disposed', async () => {
    const timer = systemClock.setTimeout(() => expect.unreachable(), 1).unref();
    timer[Symbol.dispose]();
    await sleep(systemClock, 5);
    expect(systemEntropy.uuid()).toHaveLength(36);
  });
});
