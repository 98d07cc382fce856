import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { held, inChromium, median, onPage, sides } from './lib/browser.ts';
import type { GridPage, makeRows } from './lib/grids/contract.ts';
import { type Contender, serveGrids } from './lib/grids/page.ts';
import { versionOf } from './lib/version.ts';

const rows = 100_000;
/** Tables that come and go: what one of them leaves would be there so many times. */
const mounts = 200;
/** Pixels a frame: three rows, as a wheel does, and many at once, as a dragged scroll bar does. */
const scrolls = [
  ['wheel', 120],
  ['drag', 4000],
] as const;
const peer = 'ag-grid-community';

type Scope = { readonly grid: GridPage; readonly makeRows: typeof makeRows };

/** In the page: from the rows to what is painted of them. */
const firstPaint = async (count: number): Promise<number> => {
  const { grid, makeRows: make } = window as unknown as Scope;
  const at = document.querySelector<HTMLElement>('#at') as HTMLElement;
  const data = make(count);
  const started = performance.now();
  await grid.mount(at, data);
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - started;
};

/** In the page: an operation, until it is painted. */
const timed = async (step: 'sort place' | 'sort magnitude' | 'filter'): Promise<number> => {
  const { grid } = window as unknown as Scope;
  const painted = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  await grid.unsort();
  await grid.filter('');
  await painted();
  const started = performance.now();
  if (step === 'filter') await grid.filter('Kodiak 1');
  else await grid.sort(step === 'sort place' ? 'place' : 'magnitude');
  await painted();
  return performance.now() - started;
};

/** In the page: scrolls some rows a frame; gives the time of each frame. */
const scroll = async ({ frames, pixels }: { frames: number; pixels: number }): Promise<number[]> => {
  const { grid } = window as unknown as Scope;
  const scroller = grid.scroller();
  scroller.scrollTop = 0;
  const times: number[] = [];
  const next = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  for (let warm = 0; warm < 10; warm += 1) await next();
  let last = performance.now();
  for (let frame = 0; frame < frames; frame += 1) {
    scroller.scrollTop += pixels;
    await next();
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return times;
};

/** In the page: one mount and unmount after another. */
const churn = async ({ times, count }: { times: number; count: number }): Promise<void> => {
  const { grid, makeRows: make } = window as unknown as Scope;
  const at = document.querySelector<HTMLElement>('#at') as HTMLElement;
  const data = make(count);
  for (let index = 0; index < times; index += 1) {
    await grid.mount(at, data);
    grid.unmount();
  }
};

const onGrid = <T>(browser: Browser, url: string, who: Contender, use: (tab: Page) => Promise<T>): Promise<T> =>
  onPage(browser, `${url}/${who}`, (tab) => tab.waitForFunction(() => 'grid' in window), use, {
    viewport: { width: 1000, height: 700 },
  });

// Without a clock of 60 frames a second a frame takes what its work takes.
const withGrids = <T>(use: (browser: Browser, url: string) => Promise<T>): Promise<T> =>
  inChromium(serveGrids, use, ['--disable-frame-rate-limit', '--disable-gpu-vsync']);

const steps = ['sort place', 'sort magnitude', 'filter'] as const;

/** First five places after a step, as each shows them. */
const placesAfter = (
  browser: Browser,
  url: string,
  who: 'ours' | 'theirs',
  step: (typeof steps)[number],
): Promise<string[]> =>
  onGrid(browser, url, who, async (tab) => {
    await tab.evaluate(firstPaint, 2000);
    await tab.evaluate(timed, step);
    // Rows that go fade out.
    await tab.waitForTimeout(600);
    return (await tab.evaluate(() => (window as unknown as Scope).grid.places())).slice(0, 5);
  });

/** A table of 100,000 rows, in a fresh page each time, in interleaved rounds. */
export const benchmark: Benchmark = {
  name: 'skin.table',
  description: 'a table of 100,000 rows in Chromium: first paint, scrolling, sort, filter, memory; against AG Grid',
  verify: () =>
    withGrids(async (browser, url) => {
      // Both order texts, but ours as people do: 9 before 10. What is alike is compared.
      for (const step of ['sort magnitude', 'filter'] as const) {
        const [ours, theirs] = [
          await placesAfter(browser, url, 'ours', step),
          await placesAfter(browser, url, 'theirs', step),
        ];
        assert.equal(ours.length, 5);
        assert.deepEqual(ours, theirs);
      }
    }),
  figures: ({ quick }) =>
    withGrids(async (browser, url): Promise<Figure[]> => {
      const times = new Map<string, number[]>();
      const note = (name: string, who: Contender, ...values: readonly number[]): void => {
        const key = `${name} ${who}`;
        times.set(key, [...(times.get(key) ?? []), ...values]);
      };
      for (let round = 0; round < (quick ? 1 : 3); round += 1)
        for (const who of [...sides(round), 'list', 'empty'] as const)
          await onGrid(browser, url, who, async (tab) => {
            note('first paint', who, await tab.evaluate(firstPaint, rows));
            for (const [name, pixels] of scrolls) {
              const all = await tab.evaluate(scroll, { frames: quick ? 40 : 80, pixels });
              note(name, who, all.toSorted((a, b) => a - b)[Math.floor(all.length * 0.95)] ?? Number.NaN);
            }
            if (who === 'list' || who === 'empty') return;
            for (const step of steps) note(step, who, await tab.evaluate(timed, step));
          });
      for (const who of sides(0))
        await onGrid(browser, url, who, async (tab) => {
          // What is made once (styles, templates) is no leak.
          await tab.evaluate(churn, { times: 20, count: 100 });
          const before = await held(tab);
          await tab.evaluate(churn, { times: mounts, count: 100 });
          const after = await held(tab);
          note('heap', who, after.heapKb - before.heapKb);
          note('nodes', who, after.nodes);
        });
      const of = (name: string, who: Contender): number =>
        Math.round(median(times.get(`${name} ${who}`) ?? []) * 10) / 10;
      const against = { peer: 'AG Grid', peerVersion: versionOf(peer), better: 'lower' as const, unit: 'ms' };
      const figure = (name: string, key: string, goal: number | null): Figure => ({
        ...against,
        name,
        ours: of(key, 'ours'),
        theirs: of(key, 'theirs'),
        goal,
      });
      const bare = (name: string, key: string, who: 'list' | 'empty' = 'list'): Figure => ({
        ...figure(name, key, null),
        peer: who === 'list' ? 'bare virtual list' : 'empty frame',
        peerVersion: '-',
        theirs: of(key, who),
      });
      return [
        figure('first paint, 100,000 × 8', 'first paint', 1),
        figure('sort by text', 'sort place', null),
        figure('sort by number', 'sort magnitude', 1),
        figure('filter by text', 'filter', 1),
        figure('p95 frame, 3 rows a frame', 'wheel', 1),
        bare('p95 frame, 3 rows a frame', 'wheel'),
        bare('p95 frame, 3 rows a frame', 'wheel', 'empty'),
        { ...bare('p95 frame, 3 rows a frame', 'wheel'), peer: 'a frame at 60 Hz', theirs: 16.7, goal: 1 },
        figure('p95 frame, 100 rows a frame', 'drag', 1),
        bare('p95 frame, 100 rows a frame', 'drag'),
        { ...figure(`kept after ${mounts} tables of 100 rows`, 'heap', null), unit: 'KB' },
        { ...figure(`in the page after ${mounts} tables of 100 rows`, 'nodes', null), unit: 'nodes' },
      ];
    }),
};
