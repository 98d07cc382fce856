import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { JsonViewCell } from './json-view.ts';
import './json-view.ts';

const view = (value: unknown, depth = 1): TemplateResult =>
  html`<skin-json-view label="it" depth=${depth} .value=${value}></skin-json-view>`;
const setUp = async (value: unknown, depth = 1) => {
  const stage = await show(view(value, depth));
  const element = stage.querySelector('skin-json-view') as JsonViewCell;
  const lines = (): string[] =>
    [...(element.shadowRoot?.querySelectorAll('.text') ?? [])].map(({ textContent }) => textContent ?? '');
  inside(element, 'skin-tree-item').focus();
  return { element, lines };
};

describe('skin-json-view', () => {
  it('is accessible', async () => {
    await expectAccessible(view({ a: [1, 'two', null], b: { c: true } }, 3));
  });

  it('shows values of every kind as what they are, and calls no getter', async () => {
    let calls = 0;
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const value = {
      text: 'a\n"b"',
      big: 10n,
      none: undefined,
      date: new Date(0),
      never: new Date(Number.NaN),
      map: new Map([[{}, 1]]),
      call: () => 1,
      symbol: Symbol('s'),
      proxy,
      cycle,
      get trap(): number {
        calls += 1;
        throw new Error('no');
      },
    };
    const { lines } = await setUp(value);
    expect(lines()).toEqual([
      'it: {11}',
      'text: "a\\n\\"b\\""',
      'big: 10n',
      'none: undefined',
      'date: 1970-01-01T00:00:00.000Z',
      'never: Invalid Date',
      'map: Map {1}',
      'call: function',
      'symbol: Symbol(s)',
      'proxy: unreadable',
      'cycle: [1]',
      'trap: getter',
    ]);
    expect(calls).toBe(0);
  });

  it('opens part by part, a cycle too, by keys', async () => {
    const cycle: Record<string, unknown> = { n: 1 };
    cycle['self'] = cycle;
    const { lines } = await setUp(cycle);
    expect(lines()).toEqual(['it: {2}', 'n: 1', 'self: {2}']);
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}');
    await expect.poll(lines).toEqual(['it: {2}', 'n: 1', 'self: {2}', 'n: 1', 'self: {2}']);
    await userEvent.keyboard('{ArrowLeft}');
    await expect.poll(lines).toEqual(['it: {2}', 'n: 1', 'self: {2}']);
  });

  it('shows a million parts and a long text in part, and more by a press', async () => {
    const { element, lines } = await setUp(Array.from({ length: 1e6 }, (_, at) => at));
    expect(lines().length).toBe(101);
    const more = element.shadowRoot?.querySelector('.more') as HTMLElement & { label: string };
    expect(more.label).toBe('… 999900');
    await userEvent.keyboard('{End}{Enter}');
    await expect.poll(() => lines().length).toBe(201);
    element.value = 'x'.repeat(1e6);
    await element.updateComplete;
    expect(lines().join('').length).toBeLessThan(250);
  });

  it('shows a long key in part, and the value that stands under all of it', async () => {
    const long = 'k'.repeat(1e6);
    const { element, lines } = await setUp({ [`${long}1`]: 'one', [`${long}2`]: 'two' });
    const key = `${'k'.repeat(200)}…`;
    expect(lines()).toEqual(['it: {2}', `${key}: "one"`, `${key}: "two"`]);
    const items = [...(element.shadowRoot?.querySelectorAll<HTMLElement & { label: string }>('skin-tree-item') ?? [])];
    expect(items.map(({ label }) => label).join('').length).toBeLessThan(500);
  });

  it('shows markup as text', async () => {
    const { lines, element } = await setUp({ '<b>': '<img src=x onerror=1>' });
    expect(lines()[1]).toBe('<b>: "<img src=x onerror=1>"');
    expect(element.shadowRoot?.querySelector('img, b')).toBe(null);
  });
});
