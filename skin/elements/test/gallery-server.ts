import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { chromiumArgs, findChromium } from '../../../tools/chromium.ts';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
};

/** A server of plain files, as any host is, and a browser before it. */
export interface Stage extends AsyncDisposable {
  readonly browser: Browser;
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
  /** Answers of its own; null answers 404. Anything else comes from the folder. */
  readonly answers: Map<string, string | null>;
}

/** Serves a folder on a free port, and starts Chromium. */
export const stage = async (folder: string): Promise<Stage> => {
  const requests: string[] = [];
  const answers = new Map<string, string | null>();
  const server = createServer((request, response) => {
    const path = normalize(decodeURI(new URL(request.url ?? '/', 'http://x').pathname));
    requests.push(path);
    response.setHeader('content-type', types[extname(path)] ?? 'text/html').setHeader('cache-control', 'no-store');
    const own = answers.get(path);
    if (own === null) return response.writeHead(404).end();
    if (own !== undefined) return response.end(own);
    try {
      return response.end(readFileSync(join(folder, path)));
    } catch {
      return response.writeHead(404).end();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [...chromiumArgs],
  });
  return {
    browser,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers,
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
};
