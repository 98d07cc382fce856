// Runs under any Node >= 20, before anything is installed: plain JavaScript, no dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lockPath = `${root}package-lock.json`;
const installedPath = `${root}node_modules/.package-lock.json`;

const packagesOf = (path) => {
  const { packages } = JSON.parse(readFileSync(path, 'utf8'));
  return Object.entries(packages).filter(([key]) => key !== '');
};

/** Platform binaries of other platforms are in the lockfile and rightly not installed. */
const isCurrent = () => {
  if (!existsSync(installedPath) || !existsSync(`${root}node_modules/.bin/node`)) return false;
  const installed = new Map(packagesOf(installedPath));
  return packagesOf(lockPath).every(([key, wanted]) => {
    const found = installed.get(key);
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version && found.link === wanted.link;
  });
};

if (!isCurrent()) {
  const started = performance.now();
  process.stdout.write('Installing dependencies (npm ci) …\n');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const env = { ...process.env };
  // `npm test` sets these for its own scripts; the nested install must not inherit them.
  for (const key of Object.keys(env)) if (/^npm_(lifecycle|package|command)/.test(key)) delete env[key];
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env });
  if (status !== 0) {
    process.stderr.write('npm ci failed. Its message is above; delete node_modules and try again.\n');
    process.exit(status ?? 1);
  }
  process.stdout.write(`Installed in ${Math.round((performance.now() - started) / 1000)} s.\n`);
}
