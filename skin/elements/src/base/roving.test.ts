import { html } from 'lit';
import { expect, it } from 'vitest';
import { show } from '../../test/helpers.ts';
import { type Axis, rove } from './roving.ts';

const go = async (
  dir: string,
  axis: Axis,
  key: string,
  from: number,
  init: KeyboardEventInit = {},
): Promise<number> => {
  const stage = await show(html`<div dir=${dir}><b></b><b></b><b></b></div>`);
  const items = [...stage.querySelectorAll('b')];
  const next = rove(new KeyboardEvent('keydown', { key, ...init }), items, items[from], axis);
  return next === undefined ? -1 : items.indexOf(next);
};

it.each<[string, Axis, string, number, number]>([
  ['ltr', 'horizontal', 'ArrowRight', 0, 1],
  ['ltr', 'horizontal', 'ArrowRight', 2, 0],
  ['ltr', 'horizontal', 'ArrowLeft', 0, 2],
  ['rtl', 'horizontal', 'ArrowRight', 0, 2],
  ['rtl', 'horizontal', 'ArrowLeft', 0, 1],
  ['rtl', 'vertical', 'ArrowDown', 1, 2],
  ['ltr', 'vertical', 'ArrowUp', 0, 2],
  ['ltr', 'vertical', 'ArrowRight', 0, -1],
  ['ltr', 'horizontal', 'ArrowDown', 0, -1],
  ['ltr', 'horizontal', 'Home', 2, 0],
  ['ltr', 'vertical', 'End', 0, 2],
  ['ltr', 'vertical', 'ArrowDown', 9, 0],
  ['ltr', 'vertical', 'ArrowUp', 9, 2],
  ['ltr', 'vertical', 'x', 0, -1],
])('%s, %s: %s leads from %i to %i', async (dir, axis, key, from, to) => {
  expect(await go(dir, axis, key, from)).toBe(to);
});

it('leaves keys with Ctrl, Alt or Meta to the browser', async () => {
  for (const key of ['ctrlKey', 'altKey', 'metaKey'] as const)
    expect(await go('ltr', 'horizontal', 'ArrowRight', 0, { [key]: true })).toBe(-1);
});
