import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Heart } from '@organism/circulatory';
import { driverFromUrl, type DriverWarning } from '@organism/circulatory/url';
import { VirtualClock } from '@organism/testing';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'heart-url-'));
const probe = new Redis({ lazyConnect: true, retryStrategy: null });
const hasRedis = await probe.connect().then(
  () => true,
  () => false,
);
probe.disconnect();
if (!hasRedis) console.warn('Skipped: there is no Redis at 127.0.0.1:6379.');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['memory:', 'memory', 'memory'],
  [`sqlite:${encodeURIComponent(join(folder, 'a b.db'))}`, 'sqlite', 'fsync'],
  [`sqlite:${join(folder, 'c.db')}?synchronous=normal`, 'sqlite', 'page-cache'],
])('makes the driver that %s says', async (url, name, durability) => {
  const driver = await driverFromUrl(url);
  await using heart = await new Heart<{ jobs: number }>({ driver }).start();
  await heart.publish('jobs', 1);
  expect([driver.name, heart.durability, (await heart.inspect('jobs')).depth]).toEqual([name, durability, 1]);
});

const start = `
  import { Heart } from '@organism/circulatory';
  import { driverFromUrl } from '@organism/circulatory/url';
  const driver = await driverFromUrl('redis://127.0.0.1:1');
  const failed = await new Heart({ driver }).start().catch((thrown) => thrown);
  const { code, retryable, cause } = failed.errors[0];
  console.log(driver.name, code, retryable, cause.code);
`;

it('starts no Heart where there is no Redis, says why, and lets the process end', async () => {
  const node = ['--conditions=@organism/source', '--input-type=module', '-e', start];
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: import.meta.dirname, timeout: 15_000 });
  expect(stdout.trim()).toBe('redis CIRCULATORY_DRIVER true ECONNREFUSED');
});

describe.runIf(hasRedis)('a Redis of a URL', () => {
  const url = `redis://127.0.0.1:6379?prefix=url-${process.pid}`;

  it('serves several Hearts until the last has stopped, and again later', async () => {
    const driver = await driverFromUrl(url);
    const [one, two] = [new Heart({ name: 'one', driver }), new Heart({ name: 'two', driver })];
    await Promise.all([one.start(), two.start()]);
    await one.stop();
    await two.publish('jobs', 1);
    await two.stop();
    await one.start();
    expect((await one.inspect('jobs')).depth).toBe(1);
    await (await one.vein('jobs')).close();
    await one.leave('jobs', 'default');
    await one.stop();
    await expect(Promise.resolve(driver.inspect('jobs', 0))).rejects.toMatchObject({ code: 'CIRCULATORY_DRIVER' });
  });

  it('is no other than that of the URL', async () => {
    const driver = await driverFromUrl('redis://127.0.0.1:6379/9999');
    const failed = await new Heart({ driver }).start().catch((thrown: unknown) => thrown);
    expect((failed as AggregateError).errors[0]).toMatchObject({
      cause: { message: expect.stringContaining('DB index') as string },
    });
  });
});

it.each(['redis', 'amqp', 'nats'])(
  'waits for a server of %s for as long as it is told, and says so',
  async (scheme) => {
    const clock = new VirtualClock();
    const warned = Promise.withResolvers<DriverWarning>();
    const onWarning = (warning: DriverWarning): void => warned.resolve(warning);
    const driver = await driverFromUrl(`${scheme}://127.0.0.1:1?openTimeoutMs=Infinity`, { clock, onWarning });
    const heart = new Heart({ driver });
    const started = heart.start().catch((thrown: unknown) => thrown);
    expect(await warned.promise).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/refused/i) as string,
    });
    await heart.stop();
    expect(await started).toBeInstanceOf(Error);
    expect(clock.pending).toBe(0);
  },
);

it.each([
  ['memory:?maxDeadLetters=5'],
  [`sqlite:${join(folder, 'd.db')}?table=other&pollMs=20&busyTimeoutMs=50`],
  ['redis://h?prefix=p&pollMs=20&timeoutMs=500&openTimeoutMs=5&family=4'],
  ['nats://h?prefix=p&partitions=4&storage=memory&replicas=1&timeoutMs=500&openTimeoutMs=5&pollMs=20'],
  ['amqp://h?prefix=p&partitions=4&prefetch=8&maxRedeliveries=3&timeoutMs=500&openTimeoutMs=5'],
  ['amqps://h/vhost?heartbeat=5&frameMax=8192&channelMax=100'],
])('takes the options of the driver: %s', async (url) => {
  await expect(driverFromUrl(url)).resolves.toMatchObject({ name: expect.any(String) as string });
});

it.each([
  ['memory:?maxDeadLetters=none', 'url?maxDeadLetters must be a number'],
  ['memory:?prefix=a', 'url?prefix must be left out: this kind of URL takes maxDeadLetters'],
  ['sqlite:a.db?sync=full', 'url?sync must be left out: this kind of URL takes synchronous, table'],
  ['sqlite:a.db?pollMs=-1', 'pollMs must be'],
  ['sqlite:a%.db', 'url must be percent-encoded'],
  ['redis://h?openTimeoutMs=', 'url?openTimeoutMs must be a number'],
  ['redis://h?openTimeoutMs=-1', 'openTimeoutMs must be'],
  ['redis://h?timeoutMs=0', 'timeoutMs must be'],
  ['redis://h?family=x', 'url?family must be a number'],
  ['redis://h?prefix=a&prefix=b', 'url?prefix must be given once'],
  ['redis:h', 'url must be one with a host'],
  ['redis://u:%zz@h', 'url must be percent-encoded'],
  ['amqp://h?heartbeat=-1', 'heartbeat must be'],
  ['amqp://h?heart=1', 'url?heart must be left out: this kind of URL takes prefix, partitions'],
  ['nats://h?openTimeout=1', 'url?openTimeout must be left out: this kind of URL takes prefix, partitions'],
  ['nats://h?__proto__=1', 'url?__proto__ must be left out'],
])('names what is wrong with %s', async (url, message) => {
  const failed = await driverFromUrl(url).catch((thrown: unknown) => thrown);
  expect(failed).toMatchObject({ code: 'CELL_BAD_OPTION', message: expect.stringContaining(message) as string });
});

it('never quotes a password', async () => {
  for (const url of ['redis://user:s3cret@', 'amqp://user:s3cret@', 'nats://:s3cret@h:x', 'redis://user:s3cret@h?x=1'])
    await expect(driverFromUrl(url)).rejects.toThrow(/^(?!.*s3cret)/);
});

it('refuses other URLs', async () => {
  for (const url of ['http://x', '', 'sqlite:', 'sqlite:x.db?synchronous=off', 5 as unknown as string])
    await expect(driverFromUrl(url)).rejects.toMatchObject({ code: 'CELL_BAD_OPTION' });
});
