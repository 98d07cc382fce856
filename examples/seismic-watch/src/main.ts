import { messageOf, StartError } from '@organism/cell';
import { type BodyOptions, makeBody } from './body.ts';
import { type Config, readConfig, usage } from './config.ts';
import { loadFeed } from './feed.ts';
import { formatSummary, processAll } from './once.ts';

/** The error that began it: who starts an app wants to read that one line. */
const rootOf = (error: unknown): unknown =>
  error instanceof StartError && error.errors.length > 0 ? rootOf(error.errors[0]) : error;

/** The default needs nothing to be loaded. */
const driverOf = async ({ heart }: Config): Promise<Pick<BodyOptions, 'driver'>> => {
  if (heart === 'memory:') return {};
  const { driverFromUrl } = await import('@organism/circulatory/url');
  return { driver: await driverFromUrl(heart) };
};

const run = async (): Promise<void> => {
  const config = readConfig(process.argv.slice(2), process.env);
  if (config === 'help') {
    process.stdout.write(usage);
    return;
  }
  const feed = await loadFeed(config.data);
  if (config.once) {
    process.stdout.write(formatSummary(await processAll(feed)));
    return;
  }
  const { body, lung } = makeBody({ config, feed, ...(await driverOf(config)), signals: true });
  body.observe(({ cell, to }) => {
    if (cell === 'seismic-watch' && to === 'stopping') process.stdout.write('Stopping …\n');
    if (cell === 'seismic-watch' && to === 'stopped') process.stdout.write('Stopped.\n');
  });
  process.stdout.write(
    `Seismic Watch: ${feed.quakes.length} earthquakes, ${config.speed} times as fast as they came${feed.rejected.length > 0 ? `; ${feed.rejected.length} records rejected` : ''}.\n`,
  );
  await body.start();
  process.stdout.write(`Open ${lung.url}   (Ctrl-C stops)\n`);
};

try {
  await run();
} catch (error) {
  process.stderr.write(`${messageOf(rootOf(error))}\n`);
  process.exitCode = 1;
}
