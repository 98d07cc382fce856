import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { chromiumArgs, findChromium } from '../../../tools/chromium.ts';

/** What the tests of one file share. */
export interface Driver {
  /** A folder of their own. */
  readonly folder: string;
  /** A page in a context of its own, as wide as a desk's. */
  newPage(options?: BrowserContextOptions): Promise<Page>;
}

/** Starts Chromium before the tests of a file, and takes it and their folder away after them. */
export const useBrowser = (name: string): Driver => {
  const executablePath = findChromium();
  const folder = mkdtempSync(join(tmpdir(), `seismic-${name}-`));
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executablePath !== undefined && { executablePath }),
      args: [...chromiumArgs],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    newPage: async (options = {}) => {
      if (browser === undefined) throw new Error('There is no browser before the tests begin.');
      return await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    },
  };
};
