import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { type Held, held, inChromium, median, onPage, type Served, sides } from './lib/browser.ts';
import { bundled, kits, ours } from './lib/kits.ts';
import { versionOf } from './lib/version.ts';

const count = 1000;
const shoelace = '@shoelace-style/shoelace';
const markup = {
  button: { ours: '<skin-button>Save</skin-button>', theirs: '<sl-button>Save</sl-button>' },
  'text field': {
    ours: '<skin-text-field label="Place" help="Where it was."></skin-text-field>',
    theirs: '<sl-input label="Place" help-text="Where it was."></sl-input>',
  },
};
type Side = 'ours' | 'theirs';

/** In the page: from markup to laid-out elements, each with its update complete. */
const render = async ({ html, times }: { html: string; times: number }): Promise<number> => {
  const host = document.createElement('div');
  const started = performance.now();
  host.innerHTML = html.repeat(times);
  document.body.append(host);
  await Promise.all(
    [...host.children].map((child) => (child as unknown as { updateComplete: unknown }).updateComplete),
  );
  document.body.getBoundingClientRect();
  return performance.now() - started;
};

/** In the page: one mount and unmount after another. */
const churn = async ({ html, times }: { html: string; times: number }): Promise<void> => {
  const host = document.createElement('div');
  document.body.append(host);
  for (let index = 0; index < times; index += 1) {
    host.innerHTML = html;
    await (host.firstElementChild as unknown as { updateComplete: unknown }).updateComplete;
    host.replaceChildren();
  }
  host.remove();
};

const serve = async (): Promise<Served> => {
  const module = kits.find(({ package: name }) => name === shoelace)?.module ?? String;
  const scripts: Record<Side, Uint8Array> = {
    ours: await bundled([ours('button'), ours('text-field')]),
    theirs: await bundled([module('button'), module('input')]),
  };
  // The theme that its documentation asks for; our elements carry their defaults themselves.
  const theme = readFileSync(createRequire(import.meta.url).resolve(`${shoelace}/dist/themes/light.css`));
  const server = createServer(({ url }, response) => {
    const side = url?.includes('theirs') === true ? 'theirs' : 'ours';
    if (url?.endsWith('.css') === true) response.setHeader('content-type', 'text/css').end(theme);
    else if (url?.endsWith('.js') === true) response.setHeader('content-type', 'text/javascript').end(scripts[side]);
    else
      response
        .setHeader('content-type', 'text/html')
        .end(
          `<!doctype html><html lang="en"><title>Render</title><link rel="icon" href="data:,">${side === 'theirs' ? '<link rel="stylesheet" href="/light.css">' : ''}<script type="module" src="/${side}.js"></script>`,
        );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
};

const ready: Record<Side, (tab: Page) => Promise<unknown>> = {
  ours: (tab) => tab.evaluate(() => customElements.whenDefined('skin-text-field')),
  theirs: (tab) => tab.evaluate(() => customElements.whenDefined('sl-input')),
};
const onSide = <T>(browser: Browser, url: string, side: Side, use: (tab: Page) => Promise<T>): Promise<T> =>
  onPage(browser, `${url}/${side}`, ready[side], use);

/** What a page holds after elements were mounted and taken away: of its heap what has come with them. */
const keptBy = async (tab: Page, html: string): Promise<Held> => {
  // What is made once (styles, templates) is no leak.
  await tab.evaluate(churn, { html, times: 50 });
  const before = await held(tab);
  await tab.evaluate(churn, { html, times: count });
  const after = await held(tab);
  return { ...after, heapKb: after.heapKb - before.heapKb };
};

/** First render in a fresh page each time, in interleaved rounds; memory kept by elements that are gone. */
export const benchmark: Benchmark = {
  name: 'skin.render',
  description: 'first render of 1,000 elements, and what is left of 1,000 that are gone, in Chromium, against Shoelace',
  verify: () =>
    inChromium(serve, async (browser, url) => {
      for (const side of ['ours', 'theirs'] as const)
        await onSide(browser, url, side, async (tab) => {
          for (const html of Object.values(markup)) await tab.evaluate(render, { html: html[side], times: 2 });
          assert.equal(await tab.getByRole('button', { name: 'Save' }).count(), 2);
          assert.equal((await tab.getByLabel('Place').count()) > 0, true);
        });
    }),
  figures: ({ quick }) =>
    inChromium(serve, async (browser, url): Promise<Figure[]> => {
      const figures: Figure[] = [];
      const common = { peer: 'Shoelace', peerVersion: versionOf(shoelace), better: 'lower' as const };
      for (const [name, html] of Object.entries(markup)) {
        const times: Record<Side, number[]> = { ours: [], theirs: [] };
        const kept: Record<Side, Held[]> = { ours: [], theirs: [] };
        for (let round = 0; round < (quick ? 4 : 14); round += 1)
          for (const side of sides(round))
            times[side].push(
              await onSide(browser, url, side, (tab) => tab.evaluate(render, { html: html[side], times: count })),
            );
        for (let round = 0; round < (quick ? 1 : 3); round += 1)
          for (const side of sides(round))
            kept[side].push(await onSide(browser, url, side, (tab) => keptBy(tab, html[side])));
        const ms = (side: Side): number => Math.round(median(times[side]) * 10) / 10;
        const left = (what: keyof Held, side: Side): number => Math.round(median(kept[side].map((one) => one[what])));
        const keeps = (what: keyof Held, unit: string, label: string): Figure => ({
          ...common,
          name: `${label} after 1,000 × ${name}`,
          unit,
          ours: left(what, 'ours'),
          theirs: left(what, 'theirs'),
          goal: null,
        });
        figures.push(
          {
            ...common,
            name: `first render, 1,000 × ${name}`,
            unit: 'ms',
            ours: ms('ours'),
            theirs: ms('theirs'),
            goal: 0.83,
          },
          keeps('heapKb', 'KB', 'kept'),
          keeps('nodes', 'nodes', 'in the page'),
        );
      }
      return figures;
    }),
};
