import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { type Counts, run, total } from './checks.ts';
import { type Engine, type EnginePage, engines, ensureEngine } from './engines.ts';
import { lookOfMachine, Pictures } from './pictures.ts';

/** What came of a story: its name, and what was wrong. */
interface StoryOutcome {
  readonly id: string;
  readonly problems: readonly string[];
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

const serve = async (folder: string): Promise<{ readonly url: string } & AsyncDisposable> => {
  const server = createServer((request, response) => {
    const path = join(folder, normalize(new URL(request.url ?? '/', 'http://x').pathname));
    if (!existsSync(path)) return response.writeHead(404).end();
    response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
    return response.end(readFileSync(path));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

/** Runs in the page: shows the stories one after another, with their interactions and axe, and tells what was wrong. */
const playInPage = async (ids: readonly string[]): Promise<StoryOutcome[]> => {
  type Listener = (payload: {
    storyId?: string;
    status?: string;
    reporters?: readonly A11y[];
    message?: string;
  }) => void;
  interface Channel {
    on(event: string, listener: Listener): void;
    off(event: string, listener: Listener): void;
    emit(event: string, payload: object): void;
  }
  interface A11y {
    readonly type: string;
    readonly status: string;
    readonly result: {
      readonly error?: unknown;
      readonly violations?: readonly { id: string; nodes: readonly { target: readonly unknown[] }[] }[];
    };
  }
  const page = globalThis as unknown as { __STORYBOOK_ADDONS_CHANNEL__?: Channel };
  for (let left = 200; page.__STORYBOOK_ADDONS_CHANNEL__ === undefined && left > 0; left -= 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const channel = page.__STORYBOOK_ADDONS_CHANNEL__;
  if (channel === undefined) throw new Error('Storybook did not start.');
  const failures = ['storyThrewException', 'storyErrored', 'storyMissing', 'playFunctionThrewException'];
  const show = (id: string): Promise<StoryOutcome> =>
    new Promise((resolve) => {
      const problems: string[] = [];
      const finish = (): void => {
        clearTimeout(timer);
        channel.off('storyFinished', onFinished);
        for (const event of failures) channel.off(event, onFailure);
        channel.off('unhandledErrorsWhilePlaying', onUnhandled);
        resolve({ id, problems });
      };
      const onFinished: Listener = ({ storyId, status, reporters = [] }) => {
        if (storyId !== id) return;
        for (const { type, status: verdict, result } of reporters) {
          if (verdict === 'passed') continue;
          if (result.error !== undefined) problems.push(`${type}: ${String(result.error)}`);
          for (const { id: rule, nodes } of result.violations ?? [])
            problems.push(`${rule}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
        }
        if (status === 'error' && problems.length === 0) problems.push('the story failed');
        finish();
      };
      const onFailure: Listener = (error) => {
        problems.push(String(error.message ?? JSON.stringify(error)).split('\n')[0] ?? '');
        finish();
      };
      const onUnhandled = (errors: unknown): void =>
        void problems.push(`unhandled: ${JSON.stringify(errors).slice(0, 300)}`);
      const timer = setTimeout(() => {
        problems.push('not finished within 30 s');
        finish();
      }, 30_000);
      channel.on('storyFinished', onFinished);
      for (const event of failures) channel.on(event, onFailure);
      channel.on('unhandledErrorsWhilePlaying', onUnhandled);
      channel.emit('setCurrentStory', { storyId: id, viewMode: 'story' });
    });
  const outcomes: StoryOutcome[] = [];
  for (const id of ids) outcomes.push(await show(id));
  return outcomes;
};

/** Stories per call: a driver gives up on a script that takes long. */
const batch = 8;
const filter = process.env['STORIES'] ?? '';
const isFiltered = filter !== '';
const pictureFolder = 'skin/elements/test/__screenshots__';
const light = 'theme:light;direction:ltr';
const dark = 'theme:dark;direction:rtl';

/** Shows stories one after another, as the globals have it, with their interactions and with axe unless the globals switch it off. */
const showAll = async (
  page: EnginePage,
  url: string,
  ids: readonly string[],
  globals: string,
): Promise<StoryOutcome[]> => {
  // Begun at a story that isn't there, so that each of the others is one that comes anew.
  const begin = (): Promise<void> => page.open(`${url}/iframe.html?viewMode=story&id=none&globals=${globals}`);
  await begin();
  const outcomes: StoryOutcome[] = [];
  for (let at = 0; at < ids.length; at += batch) {
    const some = JSON.stringify(ids.slice(at, at + batch));
    const play = async (): Promise<StoryOutcome[]> =>
      (await page.evaluate(`(${playInPage.toString()})(${some})`)) as StoryOutcome[];
    outcomes.push(
      ...(await play().catch(async (error: unknown) => {
        if (page.restart === undefined) throw error;
        process.stdout.write(`  the browser died or hung at ${some} and was started anew: ${String(error)}\n`);
        await page.restart();
        await begin();
        return play();
      })),
    );
  }
  return outcomes.map(({ id, problems }) => ({ id: `${id} (${globals})`, problems }));
};

/** The story of each element that shows the most of it. */
const chiefs = (ids: readonly string[]): string[] => {
  const byElement = Map.groupBy(ids, (id) => id.split('--')[0] ?? id);
  return [...byElement.values()].flatMap((some) => some.find((id) => id.endsWith('--all')) ?? some[0] ?? []);
};

/**
 * As `showAll`, and compares a picture of each story with the stored one, and of the chief story of each element in the
 * dark from right to left; that look axe sees in `stories.chromium.test.ts`.
 */
const showWithPictures = async (
  page: EnginePage,
  url: string,
  ids: readonly string[],
  chief: readonly string[],
  pictures: Pictures,
): Promise<StoryOutcome[]> => {
  const changes: StoryOutcome[] = [];
  let suffix: string | undefined = '';
  await page.onPicture?.((id, picture) => {
    if (suffix === undefined) return;
    const change = pictures.compare(`${id}${suffix}`, picture);
    if (change !== undefined) changes.push({ id: `${id}${suffix}`, problems: [change] });
  });
  const outcomes = await showAll(page, url, ids, light);
  suffix = '.dark-rtl';
  outcomes.push(...(await showAll(page, url, chief, `${dark};a11y.manual:!true`)));
  suffix = undefined;
  const strays = isFiltered ? [] : pictures.strays();
  changes.push(...strays.map((id) => ({ id, problems: ['a picture of no story; VISUAL=update removes it'] })));
  return [...outcomes, ...changes];
};

/** The stored pictures, where the engine's can be compared with any. */
const picturesOf = async (page: EnginePage): Promise<Pictures | undefined> =>
  page.onPicture && new Pictures(pictureFolder, String(await page.evaluate(lookOfMachine)));

const inEngine = async (
  engine: Engine,
  url: string,
  ids: readonly string[],
  chief: readonly string[],
  isInDark: boolean,
): Promise<Counts> => {
  const executable = ensureEngine(engine);
  if (executable === undefined) {
    process.stdout.write(
      `  skipped: stories in ${engine.name}: it was not found. To enable them: sudo apt-get install ${engine.packages.join(' ')}\n`,
    );
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const started = performance.now();
  await using page = await engine.launch(executable);
  const pictures = await picturesOf(page);
  const outcomes = await (pictures === undefined || pictures.reason !== undefined
    ? showAll(page, url, ids, light)
    : showWithPictures(page, url, ids, chief, pictures));
  if (isInDark) outcomes.push(...(await showAll(page, url, ids, dark)));
  const wrong = outcomes.filter(({ problems }) => problems.length > 0);
  const passed = outcomes.length - wrong.length;
  const skipped = pictures?.reason === undefined ? 0 : 1;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${wrong.length === 0 ? '✓' : '✗'} stories in ${engine.name}: ${passed} passed, ${wrong.length} failed, ${skipped} skipped (${seconds} s)\n`,
  );
  for (const { id, problems } of wrong)
    process.stdout.write(`  ${id}\n${problems.map((one) => `    ${one}\n`).join('')}`);
  if (skipped > 0) process.stdout.write(`  skipped: pictures of the stories: ${pictures?.reason}\n`);
  return { passed, failed: wrong.length, skipped };
};

/** Every story as it is published, with its interactions and axe, in each engine that can be had. */
const storiesIn = async (asked: readonly Engine[], isInDark: boolean): Promise<Counts> => {
  const folder = mkdtempSync(join(tmpdir(), 'organism-stories-'));
  try {
    const { code, output } = await run(
      'storybook',
      ['build', '--config-dir', '.storybook', '--output-dir', folder, '--quiet', '--disable-telemetry'],
      { env: { ...process.env, NODE_ENV: 'production' } },
    );
    if (code !== 0) {
      process.stdout.write(`✗ build of the storybook\n${output}\n`);
      return { passed: 0, failed: 1, skipped: 0 };
    }
    const { entries } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as {
      entries: Readonly<Record<string, { readonly type: string }>>;
    };
    const all = Object.keys(entries).filter((id) => entries[id]?.type === 'story');
    const ids = all.filter((id) => id.includes(filter));
    if (ids.length === 0) {
      process.stdout.write(
        isFiltered
          ? `✗ stories: none of the ${all.length} has "${filter}" (STORIES) in its id, such as "${all[0]}"\n`
          : '✗ stories: the storybook has none\n',
      );
      return { passed: 0, failed: 1, skipped: 0 };
    }
    const chief = chiefs(all).filter((id) => id.includes(filter));
    await using host = await serve(folder);
    // Side by side: most of their time goes by in waiting for frames.
    const ask = (engine: Engine): Promise<Counts> =>
      inEngine(engine, host.url, ids, chief, isInDark).catch((error: unknown) => {
        process.stdout.write(`✗ stories in ${engine.name}: ${String(error)}\n`);
        return { passed: 0, failed: 1, skipped: 0 };
      });
    return total(await Promise.all(asked.map(ask)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * The story step of `npm test`: in each engine every story, in the look it asks for, with its interactions and all of
 * axe's rules; in Chromium also pictures of what is seen. `test/stories.chromium.test.ts` of the elements has further
 * looks, and of axe only the rules that a look can change. `vitest.storybook.config.ts` is for editors and Storybook's own
 * page, which run single stories: it checks nothing more.
 */
export const stories = (): Promise<Counts> => storiesIn(engines, false);

// `node tools/stories.ts [engine …]` does so in some engines, with `dark` among the words also in the dark from right to
// left; STORIES=tabs shows only those whose id has the word.
if (import.meta.main) {
  const words = process.argv.slice(2).map((word) => word.toLowerCase());
  const named = engines.filter(({ name }) => words.includes(name.toLowerCase()));
  const { failed } = await storiesIn(named.length === 0 ? engines : named, words.includes('dark'));
  process.exitCode = failed === 0 ? 0 : 1;
}
