import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './masonry.ts';

const masonry = (width: number, dir = 'ltr'): TemplateResult =>
  html`<skin-masonry dir=${dir} gap="none" style="inline-size:${width}px;--skin-masonry-column:100px"
    >${[30, 60, 40, 50].map((height) => html`<p style="block-size:${height}px">${height}</p>`)}</skin-masonry
  >`;
const columnsOf = async (template: TemplateResult): Promise<number[]> => {
  const stage = await show(template);
  return [...stage.querySelectorAll('p')].map((item) => Math.round(item.getBoundingClientRect().left));
};

describe('skin-masonry', () => {
  it('is accessible', async () => {
    await expectAccessible(masonry(300));
  });

  it.each([
    ['ltr', -1],
    ['rtl', 1],
  ])('fills columns one after another in the order of reading, %s', async (dir, sign) => {
    const lefts = await columnsOf(masonry(230, dir));
    expect(new Set(lefts).size).toBe(2);
    expect(lefts).toEqual(lefts.toSorted((a, b) => (b - a) * sign));
  });

  it('has one column where there is no room for two', async () => {
    expect(new Set(await columnsOf(masonry(150))).size).toBe(1);
  });
});
