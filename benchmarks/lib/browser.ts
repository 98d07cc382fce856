import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { chromiumArgs, findChromium } from '../../tools/chromium.ts';

/** What serves the pages of a benchmark. */
export interface Served {
  readonly url: string;
  readonly close: () => void;
}

/** Runs a benchmark in Chromium, on pages that are served for as long. */
export const inChromium = async <T>(
  serve: () => Promise<Served>,
  use: (browser: Browser, url: string) => Promise<T>,
  args: readonly string[] = [],
): Promise<T> => {
  const executablePath = findChromium();
  const { url, close } = await serve();
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [...chromiumArgs, ...args],
  });
  try {
    return await use(browser, url);
  } finally {
    await browser.close();
    close();
  }
};

/** Uses a fresh page, once it is ready. */
export const onPage = async <T>(
  browser: Browser,
  url: string,
  ready: (tab: Page) => Promise<unknown>,
  use: (tab: Page) => Promise<T>,
  options: BrowserContextOptions = {},
): Promise<T> => {
  const tab = await browser.newPage(options);
  try {
    await tab.goto(url);
    await ready(tab);
    return await use(tab);
  } finally {
    await tab.close();
  }
};

/** What a page holds once all that could go is gone. */
export interface Held {
  readonly heapKb: number;
  readonly nodes: number;
}

/** Collects garbage, and counts what is left. */
export const held = async (tab: Page): Promise<Held> => {
  const session = await tab.context().newCDPSession(tab);
  for (let pass = 0; pass < 3; pass += 1) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return { heapKb: usedSize / 1024, nodes };
};

/** The middle one of some values. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Both sides, in turns: now this one first, now that one. */
export const sides = (round: number): readonly ('ours' | 'theirs')[] =>
  round % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours'];
