import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './grid.ts';

const columnsAt = async (width: number, columns: number, gap = 'medium'): Promise<number> => {
  const stage = await show(
    html`<skin-grid columns=${columns} gap=${gap}>${Array.from({ length: 24 }, () => html`<p>x</p>`)}</skin-grid>`,
    `inline-size:${width}px`,
  );
  return new Set([...stage.querySelectorAll('p')].map((item) => item.getBoundingClientRect().left)).size;
};

describe('skin-grid', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-grid
        ><p>One</p>
        <p>Two</p></skin-grid
      >`,
    );
  });

  it('has as many columns as there is room for, and never more than asked', async () => {
    const found: number[] = [];
    for (const width of [150, 500, 760, 2400]) found.push(await columnsAt(width, 3));
    expect(found).toEqual([1, 2, 3, 3]);
  });

  it.each(['none', 'small', 'medium', 'large'])('never has more columns than asked, with the gap %s', async (gap) => {
    for (const columns of [1, 2, 3, 4, 6]) expect(await columnsAt(3000, columns, gap)).toBe(columns);
  });
});
