import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Flags for a headless Chromium that keeps to itself: no background traffic, no GPU. */
export const chromiumArgs: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Path of a Chromium on this machine (`CHROMIUM_PATH`, then the PATH, then the usual places), or undefined. */
export const findChromium = (): string | undefined => {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : undefined;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      if (existsSync(path)) return path;
    }
  }
  return places.find((path) => existsSync(path));
};

export type ChromiumResult = { readonly path: string } | { readonly reason: string; readonly remedy: string };

/** Finds Chromium, or installs the distribution's own when that needs no password (root on Debian or Ubuntu). */
export const ensureChromium = (): ChromiumResult => {
  const found = findChromium();
  if (found !== undefined) return { path: found };
  const remedy = 'sudo apt-get install chromium   (or set CHROMIUM_PATH to a Chromium or Chrome)';
  if (process.env['CHROMIUM_PATH'])
    return {
      reason: `CHROMIUM_PATH names ${process.env['CHROMIUM_PATH']}, which does not exist`,
      remedy: 'unset CHROMIUM_PATH, or point it at a Chromium or Chrome',
    };
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return { reason: 'no Chromium was found on this machine', remedy };
  process.stdout.write('Installing Chromium from the distribution …\n');
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const stdio = ['ignore', 'ignore', 'inherit'] as const;
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: [...stdio] });
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'], {
      env,
      stdio: [...stdio],
    });
  } catch (error) {
    return {
      reason: `apt-get could not install Chromium (${error instanceof Error ? error.message : 'unknown error'})`,
      remedy,
    };
  }
  const installed = findChromium();
  return installed === undefined
    ? { reason: 'apt-get installed Chromium, but it is not on the PATH', remedy }
    : { path: installed };
};
