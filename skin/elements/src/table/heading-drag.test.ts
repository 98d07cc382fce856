import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { show } from '../../test/helpers.ts';
import type { TableColumn } from './column.ts';
import type { TableCell } from './table.ts';
import type { TableState } from './column-state.ts';
import './table.ts';

const rows = [
  { id: 1, place: 'Hualien', kind: 'tectonic', day: '2026-01-05' },
  { id: 2, place: 'Kodiak', kind: 'blast', day: '2026-03-01' },
];
const columns: readonly TableColumn[] = [{ key: 'id' }, { key: 'place' }, { key: 'kind' }, { key: 'day' }];

const setUp = async (dir = 'ltr', all: readonly TableColumn[] = columns, reorderable = true) => {
  const states: TableState[] = [];
  const stage = await show(
    html`<skin-table
      caption="Quakes"
      dir=${dir}
      style="inline-size:400px"
      sortable
      .reorderable=${reorderable}
      .columns=${all}
      .rows=${rows}
      @state-change=${({ detail }: CustomEvent<{ state: TableState }>) => states.push(detail.state)}
    ></skin-table>`,
  );
  const table = stage.querySelector('skin-table') as TableCell;
  const root = table.shadowRoot as ShadowRoot;
  const heading = (key: string): HTMLElement => root.querySelector(`th[data-key=${key}]`) as HTMLElement;
  const keys = (): (string | undefined)[] =>
    [...root.querySelectorAll<HTMLElement>('th[data-key]')].map(({ dataset }) => dataset['key']);
  const cells = (): (string | undefined)[] =>
    [...(root.querySelector('tbody tr')?.querySelectorAll('td') ?? [])].map(({ textContent }) => textContent?.trim());
  const middle = (key: string): { clientX: number; clientY: number } => {
    const { left, top, width, height } = heading(key).getBoundingClientRect();
    return { clientX: left + width / 2, clientY: top + height / 2 };
  };
  /** A pointer at the middle of a heading, or so many pixels beside it. */
  const send = async (type: string, key: string, init: PointerEventInit = {}, beside = 0): Promise<void> => {
    const { clientX, clientY } = middle(key);
    const target = type === 'down' ? heading(key) : window;
    target.dispatchEvent(
      new PointerEvent(`pointer${type}`, {
        bubbles: true,
        composed: true,
        // Not that of the mouse itself, which may lie over the table.
        pointerId: 7,
        pointerType: 'mouse',
        clientX: clientX + beside,
        clientY,
        ...init,
      }),
    );
    await table.updateComplete;
  };
  await expect.poll(() => heading('day')?.offsetWidth).toBeGreaterThan(0);
  return { table, root, heading, keys, cells, send, states };
};

describe('a heading that is dragged', () => {
  it.each([
    ['ltr', 'id', 'kind', ['place', 'kind', 'id', 'day']],
    ['ltr', 'day', 'place', ['id', 'day', 'place', 'kind']],
    ['rtl', 'id', 'kind', ['place', 'kind', 'id', 'day']],
  ])('by a mouse takes its column along, and sorts nothing: %s, %s to %s', async (dir, from, to, expected) => {
    const { heading, keys, cells, states, table } = await setUp(dir);
    await userEvent.dragAndDrop(heading(from), heading(to));
    await expect.poll(keys).toEqual(expected);
    expect(cells()).toHaveLength(4);
    expect(cells()[expected.indexOf('place')]).toBe('Hualien');
    expect(table.state.sort).toEqual([]);
    expect(states.map(({ columns: all }) => all.map(({ key }) => key))).toEqual([expected]);
    // The next press is meant.
    await userEvent.click(heading(from).querySelector('button') as Element);
    await expect.poll(() => table.state.sort.map(({ key }) => key)).toEqual([from]);
  });

  it('shows where it would go, before or after, and nothing once it is there', async () => {
    const { heading, send, keys } = await setUp();
    await send('down', 'place');
    await send('move', 'kind');
    expect([heading('place').className, heading('kind').className]).toEqual([
      expect.stringContaining('dragged'),
      expect.stringContaining('drop-after'),
    ]);
    await send('move', 'id');
    expect(heading('kind').className).not.toContain('drop');
    expect(heading('id').className).toMatch(/drop(?!-after)/);
    expect(keys()).toEqual(['id', 'place', 'kind', 'day']);
    await send('up', 'id');
    expect(keys()).toEqual(['place', 'id', 'kind', 'day']);
    expect(['place', 'id', 'kind', 'day'].filter((key) => /drag|drop/.test(heading(key).className))).toEqual([]);
  });

  it('goes back by Escape, by a pointer that is lost, and where there is no heading', async () => {
    const { send, keys, states } = await setUp();
    const before = keys();
    await send('down', 'id');
    await send('move', 'kind');
    await userEvent.keyboard('{Escape}');
    await send('up', 'kind');
    await send('down', 'id');
    await send('move', 'kind');
    await send('cancel', 'kind');
    await send('down', 'id');
    await send('move', 'kind');
    await send('move', 'kind', { clientY: 5000 });
    await send('up', 'kind', { clientY: 5000 });
    expect([keys(), states]).toEqual([before, []]);
  });

  it('stays for a twitch, a finger, another button, another pointer, and where columns are not to be moved', async () => {
    const { send, keys, states } = await setUp();
    const before = keys();
    await send('down', 'id');
    await send('move', 'id', {}, 4);
    await send('up', 'id', {}, 4);
    for (const init of [{ pointerType: 'touch' }, { button: 2 }]) {
      await send('down', 'id', init);
      await send('move', 'kind', init);
      await send('up', 'kind', init);
    }
    await send('down', 'id');
    await send('move', 'kind', { pointerId: 8 });
    await send('up', 'kind', { pointerId: 8 });
    await send('up', 'id');
    expect([keys(), states]).toEqual([before, []]);
    const fixed = await setUp('ltr', columns, false);
    await userEvent.dragAndDrop(fixed.heading('id'), fixed.heading('kind'));
    expect(fixed.keys()).toEqual(before);
  });

  it('is pinned like the column whose place it takes', async () => {
    const { send, keys, table } = await setUp('ltr', [{ key: 'id', pin: 'start' }, ...columns.slice(1)]);
    await send('down', 'kind');
    await send('move', 'id');
    await send('up', 'id');
    expect(keys()).toEqual(['kind', 'id', 'place', 'day']);
    expect(table.state.columns.map(({ key, pin }) => [key, pin]).slice(0, 3)).toEqual([
      ['kind', 'start'],
      ['id', 'start'],
      ['place', ''],
    ]);
  });

  it('ends with the table that is taken away', async () => {
    const { send, table, keys, states } = await setUp();
    await send('down', 'id');
    await send('move', 'kind');
    const { parentElement } = table;
    table.remove();
    window.dispatchEvent(new PointerEvent('pointerup', { pointerId: 7 }));
    parentElement?.append(table);
    await table.updateComplete;
    expect(keys().sort()).toEqual(['day', 'id', 'kind', 'place']);
    expect(states.length).toBeLessThanOrEqual(1);
  });
});
