import { Heart, HeartDriverError } from '@organism/circulatory';
import { RabbitBroker, type RabbitWarning } from '@organism/circulatory/rabbitmq';
import { VirtualClock } from '@organism/testing';
import { type ChannelModel, connect } from 'amqplib';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from './proof.harness.ts';
import { deleteAll, isUp, newPrefix } from './rabbit.harness.ts';
import { Proxy } from './rabbit.proxy.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** A server that refuses all connections, and when each came. */
const refusing = (clock: VirtualClock) => {
  const times: number[] = [];
  const connectTo = (): Promise<ChannelModel> => {
    times.push(clock.monotonic());
    return Promise.reject(new Error('refused'));
  };
  return { connect: connectTo, times };
};

describe('a RabbitBroker that opens while the server is down', () => {
  it('tries once, unless told otherwise', async () => {
    const clock = new VirtualClock();
    const { connect: connectTo, times } = refusing(clock);
    const warnings: RabbitWarning[] = [];
    const driver = new RabbitBroker({ connect: connectTo, clock, onWarning: (warning) => warnings.push(warning) });
    await expect(driver.open()).rejects.toBeInstanceOf(HeartDriverError);
    // Of its two connections.
    expect(times).toEqual([0, 0]);
    expect([warnings, driver.state, clock.pending]).toEqual([[], 'closed', 0]);
  });

  it('waits ever longer between its tries, says so, and fails when its time is over', async () => {
    const clock = new VirtualClock();
    const { connect: connectTo, times } = refusing(clock);
    const warnings: RabbitWarning[] = [];
    const onWarning = (warning: RabbitWarning): void => void warnings.push(warning);
    const driver = new RabbitBroker({ connect: connectTo, openTimeoutMs: 8000, onWarning, clock });
    const opened = driver.open().catch((thrown: unknown) => thrown);
    await clock.advance(7000);
    expect(driver.state).toBe('reconnecting');
    await clock.advance(1000);
    expect(await opened).toMatchObject({ code: 'CIRCULATORY_DRIVER', retryable: true, cause: { message: 'refused' } });
    const tries = [0, 50, 150, 350, 750, 1550, 3150, 5150, 7150];
    expect(times).toEqual(tries.flatMap((time) => [time, time]));
    const waits = tries.slice(1).map((time, index) => time - (tries[index] ?? 0));
    const messages = waits.map((ms) => `RabbitMQ does not answer (refused); trying again in ${ms} ms.`);
    expect(warnings).toEqual(messages.map((message) => ({ code: 'unreachable', message })));
    expect([driver.state, clock.pending]).toEqual(['closed', 0]);
  });

  it('warns through the process, unless told where', async () => {
    const clock = new VirtualClock();
    const driver = new RabbitBroker({ connect: refusing(clock).connect, openTimeoutMs: 8000, clock });
    const warned = Promise.withResolvers<Error>();
    const listen = (warning: Error): void => {
      if (warning.name === 'CirculatoryWarning') warned.resolve(warning);
    };
    process.on('warning', listen);
    cleanUps.push(async () => process.off('warning', listen));
    const opened = driver.open().catch((thrown: unknown) => thrown);
    expect(await warned.promise).toMatchObject({ code: 'CIRCULATORY_RABBITMQ_UNREACHABLE' });
    await driver.close();
    await opened;
  });

  it('ends its wait when the Heart that wants it open is stopped', async () => {
    const clock = new VirtualClock();
    const { connect: connectTo } = refusing(clock);
    const driver = new RabbitBroker({ connect: connectTo, openTimeoutMs: Infinity, onWarning: () => {}, clock });
    const heart = new Heart({ driver, clock });
    const started = heart.start().catch((thrown: unknown) => thrown);
    await clock.advance(60);
    await heart.stop();
    expect(await started).toBeInstanceOf(Error);
    expect([driver.state, clock.pending]).toEqual(['closed', 0]);
  });

  it('ends its wait when it is closed', async () => {
    const clock = new VirtualClock();
    const { connect: connectTo, times } = refusing(clock);
    const driver = new RabbitBroker({ connect: connectTo, openTimeoutMs: Infinity, onWarning: () => {}, clock });
    const opened = driver.open().catch((thrown: unknown) => thrown);
    await clock.advance(60);
    await driver.close();
    expect(await opened).toMatchObject({ code: 'CIRCULATORY_DRIVER', retryable: false });
    expect([times, driver.state, clock.pending]).toEqual([[0, 0, 50, 50], 'closed', 0]);
    await clock.advance(10_000);
    expect(times).toHaveLength(4);
    await expect(async () => await driver.inspect('jobs', 0)).rejects.toMatchObject({ code: 'CIRCULATORY_DRIVER' });
  });

  it('waits for nothing that is under way when it is closed', async () => {
    const clock = new VirtualClock();
    const never = Promise.withResolvers<ChannelModel>();
    const driver = new RabbitBroker({ connect: () => never.promise, openTimeoutMs: Infinity, clock });
    const opened = driver.open().catch((thrown: unknown) => thrown);
    await clock.advance(10);
    await driver.close();
    expect(await opened).toMatchObject({ code: 'CIRCULATORY_DRIVER', retryable: false });
    expect([driver.state, clock.pending]).toEqual(['closed', 0]);
  });

  it('lets one of its users go while another waits', async () => {
    const clock = new VirtualClock();
    const { connect: connectTo, times } = refusing(clock);
    const driver = new RabbitBroker({ connect: connectTo, openTimeoutMs: 500, onWarning: () => {}, clock });
    const opened = [driver.open(), driver.open()].map((opening) => opening.catch((thrown: unknown) => thrown));
    await clock.advance(60);
    await driver.close();
    expect(driver.state).toBe('reconnecting');
    await clock.advance(440);
    for (const thrown of await Promise.all(opened)) expect(thrown).toMatchObject({ cause: { message: 'refused' } });
    expect(times).toEqual([0, 50, 150, 350].flatMap((time) => [time, time]));
  });
});

describe.runIf(isUp)('a Heart on a RabbitBroker whose server comes later', () => {
  it('is not healthy until the server is there, and then starts', async () => {
    const prefix = newPrefix();
    cleanUps.push(() => deleteAll(prefix, ['jobs'], ['default'], 2));
    const clock = new VirtualClock();
    const port = await freePort();
    const url = `amqp://guest:guest@127.0.0.1:${port}`;
    const warned = Promise.withResolvers<RabbitWarning>();
    const onWarning = (warning: RabbitWarning): void => warned.resolve(warning);
    const driver = new RabbitBroker({ url, prefix, partitions: 2, openTimeoutMs: 10_000, onWarning, clock });
    const heart = new Heart<{ jobs: number }>({ driver });
    const started = heart.start();
    expect(await warned.promise).toMatchObject({ code: 'unreachable' });
    expect(driver.state).toBe('reconnecting');
    expect((await heart.health()).status).not.toBe('pass');
    const proxy = await new Proxy(5672).open(port);
    cleanUps.push(
      () => proxy[Symbol.asyncDispose](),
      () => heart.stop(),
    );
    await clock.advance(50);
    await started;
    expect([driver.state, await heart.health()]).toEqual(['connected', { status: 'pass' }]);
    await heart.publish('jobs', 1);
    expect((await heart.inspect('jobs')).depth).toBe(1);
  });

  it('leaves no connection behind that comes when it was closed', async () => {
    const proxy = await new Proxy(5672).open();
    cleanUps.push(() => proxy[Symbol.asyncDispose]());
    const made = Promise.withResolvers<ChannelModel>();
    const driver = new RabbitBroker({
      connect: () => made.promise,
      openTimeoutMs: Infinity,
      clock: new VirtualClock(),
    });
    const opened = driver.open().catch((thrown: unknown) => thrown);
    await driver.close();
    await opened;
    made.resolve(await connect(`amqp://guest:guest@127.0.0.1:${proxy.port}`));
    await expect.poll(() => proxy.size).toBe(0);
  });
});
