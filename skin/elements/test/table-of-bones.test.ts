import { Bone, field, isoDate } from '@organism/skeletal';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { allColumns } from '../src/table/bone-columns.ts';
import { findFault, fromEntered, withValue } from '../src/table/entered.ts';

const Station = new Bone(
  'station',
  z.object({
    id: z.string(),
    depth: field(z.number().min(0), { label: 'Depth', unit: 'km' }).optional(),
    kind: z.enum(['tectonic', 'volcanic']),
    since: z.iso.date().nullable(),
    seen: isoDate(),
    site: z.object({ country: z.string().length(2), height: z.number() }),
    words: z.array(z.string()),
    token: field(z.string(), { sensitivity: 'secret' }),
    owner: field(z.string(), { sensitivity: 'confidential' }),
    cost: field(z.number(), { unit: 'EUR', format: 'currency' }),
  }),
);
const row = {
  id: 'a',
  depth: 3,
  kind: 'volcanic',
  since: null,
  seen: '2026-01-01T00:00:00Z',
  site: { country: 'TW', height: 4 },
  words: ['x'],
  token: 't',
  owner: 'o',
  cost: 7,
};
const columns = allColumns([], Station);
const columnOf = (key: string): (typeof columns)[number] => columns.find((one) => one.key === key) ?? { key };

it('draws a column for each value of a Bone, of what is nested too, and none for secrets', () => {
  expect(columns.map(({ key, type, label }) => [key, type, label])).toEqual([
    ['id', 'text', 'Id'],
    ['depth', 'number', 'Depth (km)'],
    ['kind', 'choice', 'Kind'],
    ['since', 'date', 'Since'],
    ['seen', 'datetime', 'Seen'],
    ['site.country', 'text', 'Country'],
    ['site.height', 'number', 'Height'],
    ['words', 'text', 'Words'],
    ['owner', 'text', 'Owner'],
    ['cost', 'number', 'Cost (EUR)'],
  ]);
  expect([columnOf('owner').hidden, columnOf('words').editable, columnOf('cost').formatOptions]).toEqual([
    true,
    false,
    { style: 'currency', currency: 'EUR' },
  ]);
});

it('gives the columns of a page what the Bone says of them', () => {
  const some = allColumns([{ key: 'depth', label: 'How deep' }, { key: 'own' }, { key: 'own' }, null], Station);
  expect(some.map(({ key, label, type }) => [key, label, type])).toEqual([
    ['depth', 'How deep', 'number'],
    ['own', undefined, undefined],
  ]);
});

it.each([
  ['depth', '12.5', 12.5, undefined],
  ['depth', '', undefined, undefined],
  ['depth', '-1', -1, /depth/],
  ['kind', 'tectonic', 'tectonic', undefined],
  ['since', '', null, undefined],
  ['site.country', 'Taiwan', 'Taiwan', /country/],
  ['site.country', 'JP', 'JP', undefined],
])('takes %s = %j as the Bone does', async (key, text, value, fault) => {
  const column = columnOf(key);
  const entered = fromEntered(column, text, undefined);
  expect(entered).toBe(value);
  const found = await findFault(Station, column, row, withValue(row, column, entered));
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(fault);
});

it('leaves the row that was edited as it is, frozen or not', () => {
  const frozen = Object.freeze({ site: Object.freeze({ country: 'TW', height: 4 }) });
  expect(withValue(frozen, { key: 'site.country' }, 'JP')).toEqual({ site: { country: 'JP', height: 4 } });
  expect(frozen.site.country).toBe('TW');
});
