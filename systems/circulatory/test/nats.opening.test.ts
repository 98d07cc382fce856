import { Heart } from '@organism/circulatory';
import { NatsBroker, type NatsWarning } from '@organism/circulatory/nats';
import { VirtualClock } from '@organism/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort, sharedNats } from './nats.harness.ts';
import { Proxy } from './rabbit.proxy.ts';

const { connection, prefix } = await sharedNats('opening');
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const proxied = async (): Promise<Proxy> => {
  const proxy = await new Proxy(4222).open();
  cleanUps.push(() => proxy[Symbol.asyncDispose]());
  return proxy;
};

describe('a NatsBroker that opens while the server is down', () => {
  it('ends its wait when the Heart that wants it open is stopped', async () => {
    const clock = new VirtualClock();
    const warned = Promise.withResolvers<NatsWarning>();
    const onWarning = (warning: NatsWarning): void => warned.resolve(warning);
    const servers = `127.0.0.1:${await freePort()}`;
    const driver = new NatsBroker({ servers, openTimeoutMs: Infinity, onWarning, clock });
    const heart = new Heart({ driver, clock });
    const started = heart.start().catch((thrown: unknown) => thrown);
    expect(await warned.promise).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/^NATS does not answer \(.+\); /) as string,
    });
    expect((await heart.health()).status).not.toBe('pass');
    await heart.stop();
    expect(await started).toBeInstanceOf(Error);
    expect(clock.pending).toBe(0);
  });
});

describe.runIf(connection !== undefined)('a NatsBroker', () => {
  it('starts when the server does', async () => {
    const port = await freePort();
    const clock = new VirtualClock();
    const warned = Promise.withResolvers<NatsWarning>();
    const onWarning = (warning: NatsWarning): void => warned.resolve(warning);
    const servers = `127.0.0.1:${port}`;
    const driver = new NatsBroker({ servers, prefix: `${prefix}-late`, openTimeoutMs: 10_000, onWarning, clock });
    const heart = new Heart<{ jobs: number }>({ driver });
    const started = heart.start();
    await warned.promise;
    const proxy = await new Proxy(4222).open(port);
    cleanUps.push(
      () => proxy[Symbol.asyncDispose](),
      () => heart.stop(),
    );
    await clock.advance(50);
    await started;
    await heart.publish('jobs', 1);
    expect((await heart.inspect('jobs')).depth).toBe(1);
  });

  it('serves several Hearts over one connection, until the last has stopped', async () => {
    const proxy = await proxied();
    const driver = new NatsBroker({ servers: `127.0.0.1:${proxy.port}`, prefix: `${prefix}-shared` });
    const [one, two] = [new Heart({ name: 'one', driver }), new Heart({ name: 'two', driver })];
    await Promise.all([one.start(), two.start()]);
    expect(proxy.size).toBe(1);
    await one.stop();
    expect(await two.publish('jobs', 1)).toMatchObject({ duplicate: false });
    await two.stop();
    await expect.poll(() => proxy.size).toBe(0);
  });

  it('leaves no connection behind when the server refuses what it needs', async () => {
    const proxy = await proxied();
    // A server by itself keeps no three copies.
    const driver = new NatsBroker({ servers: `127.0.0.1:${proxy.port}`, prefix: `${prefix}-copies`, replicas: 3 });
    const failed = await new Heart({ driver }).start().catch((thrown: unknown) => thrown);
    expect((failed as AggregateError).errors[0]).toMatchObject({ code: 'CIRCULATORY_DRIVER' });
    await expect.poll(() => proxy.size).toBe(0);
  });
});
