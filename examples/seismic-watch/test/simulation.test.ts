import { Organism } from '@organism/cell';
import { EventBus } from '@organism/nervous';
import { forAllSeeds } from '@organism/testing';
import { expect, it } from 'vitest';
import { Alert, Quake } from '../src/bones.ts';
import { loadFeed, weekFile } from '../src/feed.ts';
import { processAll } from '../src/once.ts';
import { Replay } from '../src/replay.ts';
import { makeWatch } from '../src/watch.ts';

const feed = await loadFeed(weekFile);

it('whatever is pressed while the week is played, every quake comes once, in order, and the alerts are the same', async () => {
  const expected = (await processAll(feed)).alerts.map(({ id }) => id);
  await forAllSeeds(
    20,
    async ({ chance, start, sleep }) => {
      const bus = new EventBus();
      const watch = makeWatch(bus);
      const seen: string[] = [];
      const alerts: string[] = [];
      const replay = new Replay({
        needs: ['bus', 'watch'],
        feed,
        speed: 10_000,
        onQuake: (quake) => bus.emit(Quake, quake),
        onState: () => {},
        onRestart: () => {
          seen.length = 0;
          alerts.length = 0;
          watch.reset();
        },
      });
      bus.on(Quake, ({ id }) => seen.push(id));
      bus.on(Alert, ({ id }) => alerts.push(id));
      await start(new Organism({ name: 'simulated', cells: [replay, watch, bus] }));
      for (let press = 0; press < 12; press += 1) {
        await sleep(chance.integer(0, 4000));
        const action = chance.pick(['play', 'pause', 'restart', undefined] as const);
        replay.command({ ...(action !== undefined && { action }), speed: chance.integer(1000, 50_000) });
      }
      replay.command({ action: replay.replayState.status === 'finished' ? 'restart' : 'play', speed: 100_000 });
      await sleep(20_000);
      expect(replay.replayState.status).toBe('finished');
      expect(seen).toEqual(feed.quakes.map(({ id }) => id));
      expect(alerts).toEqual(expected);
    },
    { checkReplay: false },
  );
});
