import { Muscle } from '@organism/muscular';
import { Bone, field, isoDate } from '@organism/skeletal';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bindForm } from '../src/form/bind.ts';
import { issuesIn } from '../src/form/issues.ts';
import { type FormNode, nodeOf } from '../src/form/schema.ts';
import { initialOf, replaceAt, Typed, valueOf } from '../src/form/state.ts';

const Place = z.object({ name: field(z.string().min(1), { label: 'Town' }), lat: z.number().min(-90).max(90) });
interface Part {
  readonly name: string;
  readonly parts: readonly Part[];
}
const Part: z.ZodType<Part> = z.object({
  name: z.string(),
  get parts() {
    return z.array(Part);
  },
});

const Report = new Bone(
  'seismic.report',
  z.object({
    title: field(z.string().min(1).max(80), { help: 'In few words', placeholder: 'Swarm', format: 'multiline' }),
    mail: z.email().optional(),
    day: z.iso.date(),
    at: isoDate().optional(),
    time: field(z.iso.time(), { format: 'time' }).nullable(),
    depth: field(z.int().default(10), { unit: 'km' }),
    felt: z.boolean(),
    agree: z.literal(true),
    kind: z.enum(['tectonic', 'blast']),
    level: z.literal([1, 2, 3]).optional(),
    place: Place,
    second: Place.optional(),
    tags: z.array(z.string()),
    marks: z.array(z.enum(['x', 'y'])).optional(),
    places: z.array(Place).min(1),
    contact: z.discriminatedUnion('via', [
      z.object({ via: z.literal('mail'), address: z.email() }),
      z.object({ via: z.literal('phone'), number: z.string().min(3) }),
    ]),
    both: z.intersection(z.object({ a: z.string() }), z.object({ b: z.number() })).optional(),
    either: z.union([z.string(), z.number()]).optional(),
    counts: z.record(z.string(), z.number()).optional(),
    tree: Part.optional(),
    secret: field(z.string().min(8), { format: 'password', sensitivity: 'secret' }).optional(),
    site: z.url().optional(),
    version: z.literal(2),
  }),
);

const schema = Report.toJSONSchema({ io: 'input' });
const root = nodeOf(schema, schema);
const children = (node: FormNode): readonly FormNode[] => (node.kind === 'group' ? node.children() : []);
const at = (key: string): FormNode | undefined => children(root).find((child) => child.key === key);
const control = (key: string): string => {
  const node = at(key);
  return node?.kind === 'field' ? node.control : (node?.kind ?? 'none');
};

/** What the user enters, as the controls give it. */
const enter = (state: unknown, entered: Readonly<Record<string, unknown>>): unknown =>
  Object.entries(entered).reduce(
    (all, [pointer, value]) =>
      replaceAt(
        all,
        pointer.split('/').map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
        () => value,
      ),
    state,
  );
const least = {
  title: 'Swarm',
  day: '2026-11-21',
  kind: 'blast',
  agree: true,
  'place/name': 'Hualien',
  'place/lat': new Typed('24.0'),
  'places/0/name': 'Niland',
  'places/0/lat': new Typed('-3'),
  'contact/via': 'phone',
  'contact/number': '112',
};

describe('a form drawn from a Bone', () => {
  it('has a control for each of its fields', () => {
    expect(Object.fromEntries(children(root).map(({ key }) => [key, control(key)]))).toEqual({
      title: 'multiline',
      mail: 'email',
      day: 'date',
      at: 'text',
      time: 'time',
      depth: 'number',
      felt: 'check',
      agree: 'check',
      kind: 'select',
      level: 'select',
      place: 'group',
      second: 'group',
      tags: 'tags',
      marks: 'checks',
      places: 'list',
      contact: 'choice',
      both: 'group',
      either: 'json',
      counts: 'json',
      tree: 'group',
      secret: 'password',
      site: 'url',
      version: 'fixed',
    });
  });

  it('has its labels, help and units', () => {
    expect([at('title')?.help, at('title')?.placeholder, at('depth')?.label, at('title')?.label]).toEqual([
      'In few words',
      'Swarm',
      'Depth (km)',
      'Title',
    ]);
    const place = at('place');
    expect(place === undefined ? [] : children(place).map(({ label, required }) => [label, required])).toEqual([
      ['Town', true],
      ['Lat', true],
    ]);
    expect([at('mail')?.required, at('time')?.required, at('time')?.isNullable]).toEqual([false, false, true]);
  });

  it('begins with its defaults, and gives a value that the Bone accepts once what must be is entered', async () => {
    const begun = initialOf(root);
    expect(begun).toMatchObject({ depth: 10, places: [{}] });
    expect((await Report.safeParseAsync(valueOf(root, begun))).ok).toBe(false);
    const value = valueOf(root, enter(begun, least));
    const checked = await Report.safeParseAsync(value);
    expect(checked.ok ? [] : checked.issues).toEqual([]);
    expect(value).toEqual({
      title: 'Swarm',
      day: '2026-11-21',
      time: null,
      depth: 10,
      felt: false,
      agree: true,
      kind: 'blast',
      place: { name: 'Hualien', lat: 24 },
      tags: [],
      places: [{ name: 'Niland', lat: -3 }],
      contact: { via: 'phone', number: '112' },
      version: 2,
    });
  });

  it('gives what may be left out only where something was entered', async () => {
    const state = enter(initialOf(root), {
      ...least,
      level: '3',
      marks: ['x'],
      at: '2026-11-21T10:00:00Z',
      'second/name': 'Kodiak',
      'second/lat': new Typed('57'),
      'both/a': 'x',
      'both/b': new Typed('1e3'),
      either: new Typed('12'),
      counts: new Typed('{"a":1}'),
      'tree/name': 'root',
      'tree/parts': [{ name: 'leaf', parts: [] }],
    });
    const checked = await Report.safeParseAsync(valueOf(root, state));
    expect(checked.ok ? [] : checked.issues).toEqual([]);
    expect(valueOf(root, state)).toMatchObject({
      level: 3,
      marks: ['x'],
      second: { name: 'Kodiak', lat: 57 },
      both: { a: 'x', b: 1000 },
      either: 12,
      counts: { a: 1 },
      tree: { name: 'root', parts: [{ name: 'leaf', parts: [] }] },
    });
  });

  it('gives what is wrong to the Bone, which says where', async () => {
    const state = enter(initialOf(root), {
      ...least,
      depth: new Typed('1.5'),
      'places/0/lat': new Typed('91'),
      'contact/via': 'mail',
      'contact/address': 'nobody',
    });
    const checked = await Report.safeParseAsync(valueOf(root, state));
    expect(checked.ok ? [] : checked.issues.map(({ pointer }) => pointer)).toEqual([
      '/depth',
      '/places/0/lat',
      '/contact/address',
    ]);
  });

  it('takes any state for what it may be, and never throws', () => {
    for (const state of [
      undefined,
      null,
      7,
      'text',
      [],
      [1],
      { place: 7, places: {}, contact: [], tags: 'x', depth: {} },
      { __proto__: { a: 1 } },
    ])
      expect(() => valueOf(root, state)).not.toThrow();
    const keyed = replaceAt({}, ['__proto__', 'polluted'], () => true);
    expect([({} as Record<string, unknown>)['polluted'], Object.keys(keyed as object)]).toEqual([
      undefined,
      ['__proto__'],
    ]);
  });
});

describe('bindForm', () => {
  const input = new Bone('quake', z.object({ place: z.string().min(1), at: isoDate() }));
  const value = { place: 'Hualien', at: '2026-11-21T10:00:00Z' };
  const { signal } = new AbortController();

  it('runs a muscle that checks by itself with what was entered', async () => {
    const report = new Muscle({ name: 'report', input, run: ({ at: day }) => day.getUTCFullYear() });
    const tendon = bindForm(input, report);
    const checked = await tendon.bone.safeParseAsync(value);
    expect([tendon.kind, tendon.target, checked.ok]).toEqual(['form', 'report', true]);
    expect(await tendon.submit(value, checked.ok && checked.value, signal)).toBe(2026);
  });

  it('runs one that does not with what the Bone made of it', async () => {
    const report = new Muscle({ name: 'report', run: ({ at: day }: { readonly at: Date }) => day.getUTCFullYear() });
    const checked = await input.safeParseAsync(value);
    expect(await bindForm(input, report).submit(value, checked.ok && checked.value, signal)).toBe(2026);
  });

  it('gives its validation errors with their places', async () => {
    const report = new Muscle({ name: 'report', input, run: () => 0 });
    const error: unknown = await bindForm(input, report)
      .submit({ place: '', at: value.at }, undefined, signal)
      .catch((one: unknown) => one);
    expect(issuesIn(error).map(({ pointer }) => pointer)).toEqual(['/place']);
  });

  it('stops with the form', async () => {
    const abort = new AbortController();
    const report = new Muscle({
      name: 'report',
      run: (_: unknown, work) =>
        new Promise((_resolve, reject) => work.signal.addEventListener('abort', () => reject(new Error('stopped')))),
    });
    const running = bindForm(input, report).submit(value, value, abort.signal);
    abort.abort();
    await expect(running).rejects.toThrow();
  });
});
