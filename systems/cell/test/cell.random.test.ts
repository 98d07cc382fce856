import { Cell, type CellState, type LifeEvent } from '@organism/cell';
import { forAllSeeds } from '@organism/testing';
import { expect, test } from 'vitest';

const allowed: Readonly<Record<CellState, readonly CellState[]>> = {
  idle: ['starting'],
  starting: ['running', 'failed', 'stopping'],
  running: ['stopping', 'failed'],
  stopping: ['stopped', 'failed'],
  stopped: ['starting'],
  failed: ['starting', 'stopping'],
};

/** A cell whose start and stop take random time and often fail or ignore their signal. */
class Moody extends Cell {
  breakDown(): void {
    this.fail(new Error('broke down'));
  }
}

test('any sequence of calls at any time keeps the state machine and leaves nothing open', async () => {
  await forAllSeeds(
    500,
    async ({ chance, clock, context, log, sleep }) => {
      let open = 0;
      const cell = new Moody({
        name: 'moody',
        start: async ({ defer, signal }) => {
          for (let count = chance.integer(0, 3); count > 0; count--) {
            await sleep(chance.integer(0, 20));
            if (chance.boolean(0.7)) signal.throwIfAborted();
            open++;
            defer(async () => {
              await sleep(chance.integer(0, 5));
              open--;
              if (chance.boolean(0.1)) throw new Error('clean-up broke');
            });
          }
          if (chance.boolean(0.2)) throw new Error('start broke');
        },
        stop: async () => {
          await sleep(chance.integer(0, 30));
          if (chance.boolean(0.2)) throw new Error('stop broke');
        },
      });
      const events: LifeEvent[] = [];
      cell.observe((event) => {
        log('became', event.to);
        events.push(event);
      });
      const calls: Promise<unknown>[] = [];
      const keep = (call: Promise<unknown>): void => void calls.push(call.catch(() => {}));
      for (let step = 0; step < 20; step++) {
        const call = chance.pick(['start', 'stop', 'breakDown', 'wait'] as const);
        if (call === 'start') keep(cell.start(context));
        else if (call === 'stop') keep(cell.stop({ timeoutMs: chance.pick([5, 1000]) }));
        else if (call === 'breakDown') cell.breakDown();
        else await sleep(chance.integer(0, 30));
        if (chance.boolean()) await Promise.resolve();
      }
      await Promise.all(calls);
      await cell.stop().catch(() => {});
      await clock.runAll();

      let state: CellState = 'idle';
      for (const { from, to } of events) {
        expect(from).toBe(state);
        expect(allowed[from]).toContain(to);
        state = to;
      }
      expect(['idle', 'stopped', 'failed']).toContain(cell.state);
      expect(open).toBe(0);
    },
    { checkReplay: true },
  );
});
