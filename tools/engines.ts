import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { launch as launchPuppeteer } from 'puppeteer-core';
import { chromiumArgs, findChromium } from './chromium.ts';

/** A page in a browser of some engine; its user wants no motion. */
export interface EnginePage extends AsyncDisposable {
  open(url: string): Promise<void>;
  /** Evaluates an expression, waits for the promise that it may give, and returns its JSON value. */
  evaluate(expression: string): Promise<unknown>;
  /**
   * Gives its pages a function `takePicture(name)`, which hands over a picture of the whole page, as PNG. Only where fonts
   * and drawing are the same from run to run.
   */
  onPicture?(take: (name: string, picture: Uint8Array) => void): Promise<void>;
  /** Begins with a browser that is new: for an engine whose processes have been seen to die or to hang. */
  restart?(): Promise<void>;
}

/** A browser engine, and how to come by it. */
export interface Engine {
  readonly name: string;
  /** Debian's packages, installed when that needs no password. */
  readonly packages: readonly string[];
  readonly find: () => string | undefined;
  readonly launch: (executable: string) => Promise<EnginePage>;
}

const onPath = (...names: readonly string[]): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));

/** The one family, and the one of fixed width, that pictures are drawn in, whatever other fonts a machine has. */
const pictureFonts = {
  'Liberation Sans': ['system-ui', 'sans-serif', 'serif'],
  'Liberation Mono': ['ui-monospace', 'monospace'],
};

/** Settings of fontconfig (https://www.freedesktop.org/software/fontconfig/fontconfig-user.html) that know no other fonts. */
const fontSettings = (cache: string): string => {
  const families = Object.entries(pictureFonts);
  const accepted = families.map(
    ([name]) => `<pattern><patelt name="family"><string>${name}</string></patelt></pattern>`,
  );
  const aliases = families.flatMap(([name, others]) =>
    others.map(
      (one) => `<alias binding="same"><family>${one}</family><prefer><family>${name}</family></prefer></alias>`,
    ),
  );
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>
<dir>/usr/share/fonts</dir><dir>/usr/local/share/fonts</dir><dir prefix="xdg">fonts</dir><cachedir>${cache}</cachedir>
<selectfont><rejectfont><pattern></pattern></rejectfont><acceptfont>${accepted.join('')}</acceptfont></selectfont>
${aliases.join('\n')}
<match target="pattern"><edit name="family" mode="append_last"><string>Liberation Sans</string></edit></match></fontconfig>`;
};

/**
 * A calendar shows the present month: pictures need one that stays. Time goes on all the same, or whoever waits for a
 * later time would wait for ever.
 */
const sameDay = `{
  const shift = Date.parse('2026-03-02T12:00:00Z') - Date.now();
  const { now } = Date;
  globalThis.Date = new Proxy(Date, {
    construct: (type, given, target) => Reflect.construct(type, given.length > 0 ? given : [now() + shift], target),
    apply: (type) => new type(now() + shift).toString(),
  });
  Date.now = () => now() + shift;
}`;

const viewport = { width: 800, height: 600 };

const launchChromium = async (executablePath: string): Promise<EnginePage> => {
  const home = mkdtempSync(join(tmpdir(), 'chromium-fonts-'));
  const fonts = join(home, 'fonts.conf');
  writeFileSync(fonts, fontSettings(join(home, 'cache')));
  // Without them it keeps to the machine's own: with no font at all, Chromium ends.
  const hasFonts = globSync('/usr{,/local}/share/fonts/**/LiberationMono-Regular.ttf').length > 0;
  const env = { ...process.env, ...(hasFonts && { FONTCONFIG_FILE: fonts }) };
  const browser = await chromium.launch({ executablePath, args: [...chromiumArgs], env });
  const page = await browser.newPage({
    reducedMotion: 'reduce',
    viewport,
    locale: 'en-US',
    timezoneId: 'UTC',
  });
  await page.addInitScript(sameDay);
  return {
    open: async (url) => void (await page.goto(url)),
    evaluate: (expression) => page.evaluate(expression),
    onPicture: async (take) => {
      await page.exposeFunction('takePicture', async (name: string) => {
        // A window that is as high as the page: Chromium's pictures of more than the window scroll frames that snap.
        const height = await page.evaluate<number>('document.documentElement.scrollHeight');
        const isHigher = height > viewport.height;
        if (isHigher) await page.setViewportSize({ ...viewport, height });
        take(name, await page.screenshot({ caret: 'hide', animations: 'disabled' }));
        if (isHigher) await page.setViewportSize(viewport);
      });
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
};

const launchFirefox = async (executablePath: string): Promise<EnginePage> => {
  const browser = await launchPuppeteer({
    browser: 'firefox',
    executablePath,
    defaultViewport: { width: 1280, height: 900 },
    extraPrefsFirefox: { 'ui.prefersReducedMotion': 1 },
    protocolTimeout: 300_000,
  });
  const page = await browser.newPage();
  return {
    open: async (url) => void (await page.goto(url)),
    evaluate: (expression) => page.evaluate(expression),
    [Symbol.asyncDispose]: () => browser.close(),
  };
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** Asks again until there is an answer: a server needs a moment to listen. */
const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let left = 50; left > 0; left -= 1) {
    try {
      return await ask();
    } catch {
      await delay(100);
    }
  }
  return ask();
};

const miniBrowser = (): string | undefined => globSync('/usr/lib/*/webkit2gtk-4.*/MiniBrowser').sort().at(-1);

// Many times what a few stories take on a slow machine.
const webKitLimitMs = 120_000;

/** WebKit speaks WebDriver (https://www.w3.org/TR/webdriver2/), and needs a display. */
const launchWebKit = async (driver: string): Promise<EnginePage> => {
  const home = mkdtempSync(join(tmpdir(), 'webkit-'));
  mkdirSync(join(home, 'gtk-3.0'));
  writeFileSync(join(home, 'gtk-3.0/settings.ini'), '[Settings]\ngtk-enable-animations=0\n');
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [display] = (await once(screen.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer];
  const env = { ...process.env, DISPLAY: `:${display.toString().trim()}`, XDG_CONFIG_HOME: home };
  const options = { binary: miniBrowser(), args: ['--automation'] };

  const begin = async () => {
    const port = await freePort();
    // In a group of its own, which has the browser's processes too.
    const server = spawn(driver, [`--port=${port}`, '--host=127.0.0.1'], { stdio: 'ignore', env, detached: true });
    const call = async (method: string, path: string, body?: object): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        signal: AbortSignal.timeout(webKitLimitMs),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const { value } = (await answer.json()) as { value: unknown };
      if (!answer.ok) throw new Error(`WebDriver ${method} ${path}: ${JSON.stringify(value)}`);
      return value;
    };
    const { sessionId } = (await patiently(() =>
      call('POST', '/session', { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } }),
    )) as { sessionId: string };
    const session = `/session/${sessionId}`;
    await call('POST', `${session}/timeouts`, { script: webKitLimitMs });
    await call('POST', `${session}/window/rect`, { width: 1280, height: 900 });
    return {
      ask: (method: string, path: string, body?: object) => call(method, session + path, body),
      end: (): void => void (server.pid !== undefined && process.kill(-server.pid, 'SIGKILL')),
    };
  };

  let running = await begin();
  return {
    open: async (url) => void (await running.ask('POST', '/url', { url })),
    evaluate: async (expression) => {
      const script = `const done = arguments[0]; Promise.resolve(${expression}).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const result = (await running.ask('POST', '/execute/async', { script, args: [] })) as {
        value?: unknown;
        error?: string;
      };
      if (result.error !== undefined) throw new Error(result.error);
      return result.value;
    },
    restart: async () => {
      running.end();
      running = await begin();
    },
    [Symbol.asyncDispose]: async () => {
      await running.ask('DELETE', '').catch(() => undefined);
      running.end();
      screen.kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
};

/** The engines that the elements are tested in. */
export const engines: readonly Engine[] = [
  { name: 'Chromium', packages: ['chromium', 'fonts-liberation'], find: findChromium, launch: launchChromium },
  {
    name: 'Firefox',
    packages: ['firefox-esr'],
    find: () => onPath('firefox-esr', 'firefox'),
    launch: launchFirefox,
  },
  {
    name: 'WebKitGTK',
    packages: ['webkit2gtk-driver', 'xvfb'],
    find: () => (miniBrowser() === undefined || onPath('Xvfb') === undefined ? undefined : onPath('WebKitWebDriver')),
    launch: launchWebKit,
  },
];

/** The engine's executable; where there is none, it is installed if that needs no password (root on Debian or Ubuntu). */
export const ensureEngine = ({ name, packages, find }: Engine): string | undefined => {
  const found = find();
  if (
    found !== undefined ||
    process.platform !== 'linux' ||
    process.getuid?.() !== 0 ||
    !existsSync('/usr/bin/apt-get')
  )
    return found;
  process.stdout.write(`Installing ${name} from the distribution …\n`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: 'ignore' as const };
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
  } catch {
    return undefined;
  }
  return find();
};
