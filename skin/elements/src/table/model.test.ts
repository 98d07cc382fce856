import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableCsv } from './csv.ts';
import { RowHeights } from './heights.ts';
import { compareCells, nextSorts, sortRows } from './sort.ts';
import { VirtualRows } from './virtual.ts';

describe('the model of a table', () => {
  it('property: heights are what a plain sum says', () => {
    const change = fc.tuple(fc.nat(39), fc.integer({ min: 1, max: 500 }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(change), fc.nat(5000), (count, changes, at) => {
        const heights = new RowHeights(count, 30);
        const plain = Array.from({ length: count }, () => 30);
        for (const [index, height] of changes) {
          heights.set(index, height);
          if (index < count) plain[index] = height;
        }
        const offset = (index: number): number => plain.slice(0, index).reduce((sum, one) => sum + one, 0);
        expect(heights.total).toBe(offset(count));
        for (let index = 0; index <= count; index += 1) expect(heights.offset(index)).toBe(offset(index));
        const found = heights.indexAt(at);
        expect(offset(found)).toBeLessThanOrEqual(Math.max(at, offset(found)));
        if (at < offset(count)) expect(offset(found) <= at && at < offset(found + 1)).toBe(true);
      }),
    );
  });

  it('property: what is drawn and what is left out are as high as all rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(200_000), fc.nat(4999), (count, top, also) => {
        const virtual = new VirtualRows();
        virtual.reset(count, 40);
        virtual.look(Math.min(top, Math.max(0, count * 40 - 400)), 400);
        const drawn = virtual.drawn([also]);
        const sum = drawn.reduce((all, one) => all + ('gap' in one ? one.gap : 40), 0);
        expect(sum).toBe(count * 40);
        const rows = drawn.flatMap((one) => ('row' in one ? [one.row] : []));
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
        if (also < count) expect(rows).toContain(also);
      }),
    );
  });

  it('orders texts as people do, in a language, numbers in them by size', () => {
    const rows = ['item 10', 'Item 9', 'item 007', 'ähnlich', 'zebra', 'apfel'].map((name) => ({ name }));
    const sorted = (locale: string): string[] =>
      sortRows(rows, { key: 'name', direction: 'ascending' }, locale).map(({ name }) => name);
    expect(sorted('de')).toEqual(['ähnlich', 'apfel', 'item 007', 'Item 9', 'item 10', 'zebra']);
    expect(sorted('sv')).toEqual(['apfel', 'item 007', 'Item 9', 'item 10', 'zebra', 'ähnlich']);
  });

  it('property: orders as comparing one by one does, stable, absent values last', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constant(undefined),
      fc.constant(null),
      fc.stringMatching(/^[a-z]{0,2}\d{0,3}$/),
    );
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const rows = values.map((v, at) => ({ v, at }));
        const plain = rows.toSorted((a, b) => compareCells(a.v, b.v, 'en') || a.at - b.at);
        expect(sortRows(rows, { key: 'v', direction: 'ascending' }, 'en')).toEqual(plain);
      }),
    );
  });

  it('goes up, down and back to none; with Shift beside what was there', () => {
    const one = nextSorts([], 'a', false);
    const two = nextSorts(one, 'b', true);
    expect([one, two, nextSorts(nextSorts(one, 'a', false), 'a', false)]).toEqual([
      [{ key: 'a', direction: 'ascending' }],
      [
        { key: 'a', direction: 'ascending' },
        { key: 'b', direction: 'ascending' },
      ],
      [],
    ]);
  });

  it('writes CSV in which nothing runs as a formula', () => {
    const rows = [
      { a: '=1+1', b: -5, c: 'say "hi"' },
      { a: '@SUM(A1)', b: Number.NaN, c: 'two\nlines' },
      { a: '\t=x', b: '-5', c: '' },
    ];
    const columns = [{ key: 'a' }, { key: 'b', type: 'number' as const }, { key: 'c', label: '+C' }];
    expect(tableCsv(rows, columns).split('\r\n')).toEqual([
      `A,B,"'+C"`,
      `"'=1+1",-5,"say ""hi"""`,
      `"'@SUM(A1)",–,"two\nlines"`,
      `"'\t=x","'-5",`,
      '',
    ]);
  });
});
