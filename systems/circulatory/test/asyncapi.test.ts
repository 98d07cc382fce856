import { DiagnosticSeverity, Parser } from '@asyncapi/parser';
import { Heart } from '@organism/circulatory';
import { type AsyncApiDocument, toAsyncApi } from '@organism/circulatory/asyncapi';
import { onMessage } from '@organism/circulatory/tendon';
import { Muscle } from '@organism/muscular';
import { typed } from '@organism/nervous';
import { Bone, isoDate } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';

const parser = new Parser();

/** The document as the official parser reads it, and what it complains of. */
const read = async (document: AsyncApiDocument) => {
  const { document: parsed, diagnostics } = await parser.parse(JSON.stringify(document));
  const complaints = diagnostics
    .filter(({ severity }) => severity <= DiagnosticSeverity.Warning)
    .map(({ code, message, path }) => `${code}: ${message} (${path.join('/')})`);
  return { parsed, complaints };
};

const Place = z.object({ name: z.string(), position: z.tuple([z.number(), z.number()]) });
const Quake = new Bone(
  'seismic.quake',
  z.object({
    id: z.string().min(1),
    at: isoDate(),
    magnitude: z.number().min(-2).max(10),
    place: Place,
    depth: z.number().default(10),
  }),
  {
    description: 'One earthquake',
    examples: [
      { id: 'a', at: '2018-02-06T15:50:43Z', magnitude: 6.4, place: { name: 'Hualian', position: [24, 121] } },
    ],
  },
);
const Alert = new Bone('seismic.alert', z.object({ quake: z.string() })).evolve(
  z.object({ quake: z.string(), level: z.enum(['low', 'high']) }),
  { upcast: ({ quake }) => ({ quake, level: 'low' as const }) },
);
interface Node {
  readonly name: string;
  readonly parts: readonly Node[];
}
const node: z.ZodType<Node> = z.lazy(() => z.object({ name: z.string(), parts: z.array(node) }));
const Tree = new Bone('tree', node);

const hearts: Heart[] = [];
afterEach(async () => {
  for (const heart of hearts.splice(0)) await heart.stop();
});
const start = async () => {
  const heart = await new Heart({ name: 'bus', clock: new VirtualClock() }).start();
  hearts.push(heart);
  return heart;
};

it('describes what a Heart sends and receives, without a complaint of the official parser', async () => {
  const heart = await start();
  heart.declare(Quake, { maxDepth: 500, retentionMs: 60_000 });
  heart.declare(Alert);
  heart.declare(Tree);
  heart.declare(typed<number>('plain type'));
  const assess = onMessage(Quake, new Muscle({ name: 'assess', run: (quake: unknown) => void quake }));
  await assess.attach(heart);
  await heart.subscribe(Quake, () => {}, { broadcast: true });
  await heart.subscribe(Alert, () => {}, { group: 'desk' });
  await heart.subscribe(Alert, () => {}, { group: 'desk' });
  const { parsed, complaints } = await read(
    toAsyncApi(heart, {
      title: 'Seismic Watch',
      version: '2.1.0',
      description: 'Earthquakes, live.',
      servers: { main: 'nats://ada:secret@nats.example.com:4222', local: 'memory:' },
      tendons: [assess],
    }),
  );
  expect(complaints).toEqual([]);
  if (parsed === undefined) throw new Error('The parser gave no document.');
  expect([parsed.version(), parsed.info().title(), parsed.info().version()]).toEqual([
    '3.0.0',
    'Seismic Watch',
    '2.1.0',
  ]);
  expect(
    parsed
      .servers()
      .all()
      .map((server) => [server.id(), server.protocol(), server.host()]),
  ).toEqual([['main', 'nats', 'nats.example.com:4222']]);
  const operations = parsed
    .operations()
    .all()
    .map((operation) => [operation.action(), operation.channels().all()[0]?.address(), operation.json()['x-group']]);
  expect(operations).toEqual([
    ['send', 'plain type', undefined],
    ['send', 'seismic.alert', undefined],
    ['receive', 'seismic.alert', 'desk'],
    ['send', 'seismic.quake', undefined],
    ['receive', 'seismic.quake', 'assess'],
    ['receive', 'seismic.quake', 'broadcast'],
    ['send', 'tree', undefined],
  ]);
  expect(parsed.operations().get('receive.seismic.quake.assess')?.json()).toMatchObject({
    title: 'assess',
    bindings: { nats: { queue: 'assess' } },
  });
  const [message] = parsed.channels().get('seismic.quake')?.messages().all() ?? [];
  expect(message?.title()).toBe('One earthquake');
  expect(message?.payload()?.required()).toEqual(['id', 'at', 'magnitude', 'place']);
  expect(message?.payload()?.property('magnitude')?.maximum()).toBe(10);
  expect(message?.payload()?.property('at')?.format()).toBe('date-time');
  expect(message?.payload()?.property('place')?.property('position')?.items()).toHaveLength(2);
  expect(message?.headers()?.required()).toEqual(['specversion', 'id', 'source', 'type', 'time']);
  expect(message?.examples().all()).toHaveLength(1);
  expect(parsed.channels().get('seismic.quake')?.json()['x-topic']).toMatchObject({
    maxDepth: 500,
    retentionMs: 60_000,
  });
  const [tree] = parsed.channels().get('tree')?.messages().all() ?? [];
  expect(tree?.payload()?.property('name')?.type()).toBe('string');
});

it('shows only what is said to be sent', async () => {
  const heart = await start();
  heart.declare(Quake);
  heart.declare(Alert);
  const { operations } = toAsyncApi(heart, { sends: ['seismic.alert'] });
  expect(Object.keys(operations)).toEqual(['send.seismic.alert']);
});

it('never tells a password', async () => {
  const document = toAsyncApi(await start(), {
    servers: { a: 'redis://:hunter2@redis.example.com', b: 'amqps://u:hunter2@mq.example.com/shop' },
  });
  expect(JSON.stringify(document)).not.toContain('hunter2');
  expect(document.servers).toEqual({
    a: { host: 'redis.example.com', protocol: 'redis' },
    b: { host: 'mq.example.com', protocol: 'amqps', pathname: '/shop' },
  });
});

it('refuses a server whose URL it can’t read, without quoting it', async () => {
  const heart = await start();
  expect(() => toAsyncApi(heart, { servers: { main: 'hunter2' } })).toThrow(
    'servers.main must be a URL of a broker or of a socket server; got string.',
  );
});

it('is a document that says nothing for a Heart without topics', async () => {
  const { complaints } = await read(toAsyncApi(await start()));
  expect(complaints).toEqual([]);
});

it('takes names that no key of a document may have', async () => {
  const heart = await start();
  for (const name of ['a/b', 'a~b', 'a b', 'ü', '日本']) heart.declare(name);
  await heart.subscribe('a/b', () => {}, { group: 'x/y ~' });
  const { parsed, complaints } = await read(toAsyncApi(heart));
  expect(complaints).toEqual([]);
  expect(
    parsed
      ?.channels()
      .all()
      .map((channel) => channel.address())
      .toSorted(),
  ).toEqual(['a b', 'a/b', 'a~b', 'ü', '日本']);
});
