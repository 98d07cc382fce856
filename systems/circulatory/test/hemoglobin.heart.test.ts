import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EnvelopeCodec, Heart, type HeartDriver, jsonEnvelopes, MemoryBroker } from '@organism/circulatory';
import { hemoglobin } from '@organism/circulatory/hemoglobin';
import { RedisBroker } from '@organism/circulatory/redis';
import { SqliteBroker } from '@organism/circulatory/sqlite';
import { Bone } from '@organism/skeletal';
import { Redis } from 'ioredis';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const folder = mkdtempSync(join(tmpdir(), 'hemoglobin-'));
let files = 0;
const newPath = (): string => join(folder, `${files++}.db`);

const client = new Redis({
  host: '127.0.0.1',
  port: 6379,
  lazyConnect: true,
  maxRetriesPerRequest: 1,
  retryStrategy: null,
});
const isUp = await client.connect().then(
  () => true,
  () => false,
);
if (!isUp) console.warn('No Redis at 127.0.0.1:6379: messages in bytes are not tried on it.');
const prefix = `hemoglobin-${process.pid}`;
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (!isUp) return;
  const keys = await client.keys(`${prefix}-*`);
  if (keys.length > 0) await client.del(...keys);
  client.disconnect();
});

const sqlite = (path = newPath()): SqliteBroker => new SqliteBroker({ path, synchronous: 'normal', pollMs: 10 });
const redis = (): RedisBroker => new RedisBroker({ client, prefix: `${prefix}-${files++}`, pollMs: 10 });
const textRedis = (): RedisBroker =>
  new RedisBroker({
    client: { call: (command, ...words) => client.call(command, ...words) },
    prefix: `${prefix}-${files++}`,
    pollMs: 10,
  });

const Photo = new Bone('photo', z.object({ name: z.string(), at: z.date(), bytes: z.instanceof(Uint8Array) }));
const photo = { name: 'Tōkyō', at: new Date(5), bytes: Uint8Array.from({ length: 256 }, (_, byte) => byte) };
const keys = { k1: Buffer.alloc(32, 1), k2: Buffer.alloc(32, 2) };

const drivers: readonly [string, HeartDriver['keeps'], boolean, () => HeartDriver][] = [
  ['MemoryBroker', 'values', true, () => new MemoryBroker()],
  ['SqliteBroker', 'bytes', true, () => sqlite()],
  ['RedisBroker', 'bytes', isUp, redis],
  ['RedisBroker without Buffers', 'text', isUp, textRedis],
];

describe.each(drivers)('a Heart on %s', (_name, keeps, hasServer, make) => {
  const codecs: [string, EnvelopeCodec][] = [
    ['msgpack', hemoglobin({ bones: [Photo] })],
    ['all of it', hemoglobin({ bones: [Photo], compression: { minBytes: 0 }, encryption: { current: 'k1', keys } })],
  ];

  it.runIf(hasServer).each(codecs)('carries values that JSON can not, with %s', async (_codecName, codec) => {
    const driver = make();
    expect(driver.keeps).toBe(keeps);
    await using heart = await new Heart({ driver, codec }).start();
    await using vein = await heart.vein(Photo);
    await heart.publish(Photo, photo, { key: 'k' });
    const [message] = await vein.pull({ waitMs: 5000 });
    expect(message?.data).toEqual(photo);
    expect(message?.key).toBe('k');
    await message?.reject('blurred');
    const [letter] = await heart.deadLetters(Photo);
    expect(letter?.envelope?.data).toEqual(photo);
    expect([letter?.bytes instanceof Uint8Array, typeof letter?.text]).toEqual([
      keeps === 'bytes',
      keeps === 'text' ? 'string' : 'undefined',
    ]);
    expect(await heart.replay(Photo)).toBe(1);
    const [again] = await vein.pull({ waitMs: 5000 });
    expect(again?.data).toEqual(photo);
  });
});

it.runIf(isUp)('a Redis tells text from bytes of any kind', async () => {
  const bodies = ['', 'text', '\u00ff', 'ÿþ', Uint8Array.of(), Uint8Array.of(0xff), Uint8Array.of(0xff, 0xfe, 0, 65)];
  const driver = redis();
  await driver.open();
  const now = Date.now();
  const each = { key: undefined, priority: 4, publishedAt: now, dueAt: now, expiresAt: Infinity, uniqueUntil: 0 };
  const messages = bodies.map((body, id) => ({ id: `${id}`, body, ...each }));
  await driver.publish('t', messages, { now, maxDepth: Infinity, shed: false, retentionMs: 0 });
  await driver.join('t', 'g', { from: 'earliest', idleMs: Infinity, now });
  const leases = await driver.reserve('t', 'g', { now, max: 100, leaseMs: 1000, maxAttempts: 5 });
  expect(leases.map(({ body }) => (typeof body === 'string' ? body : Uint8Array.from(body as Uint8Array)))).toEqual(
    bodies,
  );
});

describe('a message that can not be read', () => {
  /** What becomes of one message of `writer` when a Heart with `reader` gets it, and then one with `later`. */
  const story = async (
    writer: EnvelopeCodec | undefined,
    reader: EnvelopeCodec,
    later?: EnvelopeCodec,
    spoil?: (body: Uint8Array) => Uint8Array,
  ): Promise<{ readonly reason: string | undefined; readonly after: unknown }> => {
    const path = newPath();
    {
      await using heart = await new Heart({ driver: sqlite(path), ...(writer && { codec: writer }) }).start();
      await heart.publish('photo', photo);
    }
    if (spoil !== undefined) {
      using database = new DatabaseSync(path);
      const { body } = database.prepare('SELECT body FROM heart_messages').get() as { body: Uint8Array };
      database.prepare('UPDATE heart_messages SET body = ?').run(spoil(body));
    }
    let reason: string | undefined;
    {
      await using heart = await new Heart({ driver: sqlite(path), codec: reader }).start();
      await using vein = await heart.vein(Photo);
      expect(await vein.pull({ waitMs: 50 })).toEqual([]);
      await expect.poll(async () => (await heart.deadLetters(Photo)).length).toBe(1);
      const [letter] = await heart.deadLetters(Photo);
      reason = letter?.reason.code;
      expect(letter?.envelope).toBeUndefined();
      // The consumer goes on with what it can read.
      await heart.publish(Photo, photo);
      const [readable] = await vein.pull({ waitMs: 5000 });
      expect(readable?.data).toEqual(photo);
      await readable?.ack();
    }
    if (later === undefined) return { reason, after: undefined };
    await using heart = await new Heart({ driver: sqlite(path), codec: later }).start();
    await using vein = await heart.vein(Photo);
    expect(await heart.replay(Photo)).toBe(1);
    return { reason, after: (await vein.pull({ waitMs: 5000 }))[0]?.data };
  };

  const bones = [Photo];
  const plain = hemoglobin({ bones });
  const under = (current: 'k1' | 'k2', acceptPlain = false): EnvelopeCodec =>
    hemoglobin({ bones, encryption: { current, keys: { [current]: keys[current] }, acceptPlain } });
  const Other = new Bone('other', z.object({ a: z.number() }));

  it('of a Bone that is not known waits until it is', async () => {
    const { reason, after } = await story(plain, hemoglobin({ bones: [Other] }), plain);
    expect([reason, after]).toEqual(['unknown-schema', photo]);
  });

  it('under a key that is not known waits until it is', async () => {
    const both = hemoglobin({ bones, encryption: { current: 'k1', keys } });
    expect(await story(under('k1'), under('k2'), both)).toEqual({ reason: 'unknown-key', after: photo });
    expect((await story(under('k1'), plain)).reason).toBe('unknown-key');
  });

  it('in the clear, where all must be encrypted, is kept apart', async () => {
    const accepting = under('k1', true);
    expect(await story(plain, under('k1'), accepting)).toEqual({ reason: 'not-encrypted', after: photo });
  });

  it('that was changed or cut short is a dead letter and no crash', async () => {
    const cut = (body: Uint8Array): Uint8Array => body.slice(0, -3);
    const flip = (body: Uint8Array): Uint8Array => body.with(40, (body[40] ?? 0) ^ 1);
    for (const spoil of [cut, flip])
      expect((await story(under('k1'), under('k1'), undefined, spoil)).reason).toBe('corrupt');
    expect((await story(plain, plain, undefined, cut)).reason).toBe('corrupt');
    expect((await story(plain, plain, undefined, () => Uint8Array.of(1, 2, 3))).reason).toBe('corrupt');
    expect((await story(plain, plain, undefined, () => Uint8Array.of(0xc1, 0x91, 0, 1))).reason).toBe('unknown-format');
  });
});

it.runIf(isUp)('a text that only looks like bytes is a dead letter', async () => {
  const driver = textRedis();
  const nonsense: EnvelopeCodec<string> = { ...jsonEnvelopes, encode: () => 'data:;base64,!' };
  {
    await using heart = await new Heart({ driver, codec: nonsense }).start();
    await heart.publish('photo', 1);
  }
  await using heart = await new Heart({ driver, codec: hemoglobin({ bones: [Photo] }) }).start();
  await using vein = await heart.vein(Photo);
  expect(await vein.pull({ waitMs: 50 })).toEqual([]);
  await expect.poll(async () => (await heart.deadLetters(Photo))[0]?.reason.code).toBe('corrupt');
});

describe('processes of two releases', () => {
  const writer = fileURLToPath(new URL('fixtures/hemoglobin-writer.ts', import.meta.url));
  const write = (path: string, version: string, variables: Record<string, string> = {}): void => {
    const args = ['--no-warnings', '--conditions=@organism/source', writer, path, version];
    const { status, stderr } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      env: { ...process.env, ...variables },
    });
    expect([status, stderr]).toEqual([0, '']);
  };
  const V1 = new Bone('user.joined', z.object({ name: z.string() }));
  const V2 = V1.evolve(z.object({ first: z.string(), last: z.string() }), {
    upcast: ({ name }) => ({ first: name.split(' ')[0] ?? '', last: name.split(' ')[1] ?? '' }),
  });

  it('a new one reads what an old one has written, through the upcaster', async () => {
    const path = newPath();
    write(path, '1');
    // One of them has no native addon for the library.
    write(path, '2', { MSGPACKR_NATIVE_ACCELERATION_DISABLED: 'true' });
    await using heart = await new Heart({ driver: sqlite(path), codec: hemoglobin({ bones: [V1, V2] }) }).start();
    await using vein = await heart.vein(V2);
    const messages = [...(await vein.pull({ max: 2, waitMs: 5000 })), ...(await vein.pull({ max: 2, waitMs: 50 }))];
    expect(messages.map(({ data }) => data)).toEqual([
      { first: 'Ada', last: 'Lovelace' },
      { first: 'Grace', last: 'Hopper' },
    ]);
  });

  it('an old one leaves what a new one has written to be replayed by a new one', async () => {
    const path = newPath();
    write(path, '1');
    write(path, '2');
    {
      await using heart = await new Heart({ driver: sqlite(path), codec: hemoglobin({ bones: [V1] }) }).start();
      await using vein = await heart.vein(V1);
      const [message] = await vein.pull({ waitMs: 5000 });
      expect(message?.data).toEqual({ name: 'Ada Lovelace' });
      await message?.ack();
      await expect.poll(async () => (await heart.deadLetters(V1))[0]?.reason.code).toBe('unknown-schema');
    }
    await using heart = await new Heart({ driver: sqlite(path), codec: hemoglobin({ bones: [V1, V2] }) }).start();
    await using vein = await heart.vein(V2);
    expect(await heart.replay(V2)).toBe(1);
    expect((await vein.pull({ waitMs: 5000 }))[0]?.data).toEqual({ first: 'Grace', last: 'Hopper' });
  });

  it('an old one that writes JSON parks a newer version by its number', async () => {
    const path = newPath();
    const codec = hemoglobin({ format: 'json' });
    {
      await using heart = await new Heart({ driver: sqlite(path), codec }).start();
      await heart.publish(V2, { first: 'Grace', last: 'Hopper' });
    }
    await using heart = await new Heart({ driver: sqlite(path), codec }).start();
    await using vein = await heart.vein(V1);
    expect(await vein.pull({ waitMs: 50 })).toEqual([]);
    await expect.poll(async () => (await heart.deadLetters(V1))[0]?.reason.code).toBe('unknown-version');
  });
});

it('a publish of what can not be written is refused and stores nothing', async () => {
  await using heart = await new Heart({ driver: sqlite(), codec: hemoglobin({ maxBytes: 1000 }) }).start();
  await expect(heart.publish('t', Symbol('s'))).rejects.toMatchObject({ code: 'CIRCULATORY_NOT_ENCODABLE' });
  await expect(heart.publish('t', 'x'.repeat(2000))).rejects.toMatchObject({ code: 'CIRCULATORY_TOO_LARGE' });
  expect((await heart.inspect('t')).depth).toBe(0);
});

it('a Heart that moves from JSON to bytes reads what waits', async () => {
  const path = newPath();
  const Note = new Bone('note', z.object({ text: z.string() }));
  for (const codec of [jsonEnvelopes, hemoglobin({ bones: [Note] })]) {
    await using heart = await new Heart({ driver: sqlite(path), codec }).start();
    await heart.publish(Note, { text: 'hello' });
  }
  await using heart = await new Heart({ driver: sqlite(path), codec: hemoglobin({ bones: [Note] }) }).start();
  await using vein = await heart.vein(Note);
  const messages = await vein.pull({ max: 2, waitMs: 5000 });
  expect(messages.map(({ data }) => data)).toEqual([{ text: 'hello' }, { text: 'hello' }]);
});
