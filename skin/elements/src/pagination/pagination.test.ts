import fc from 'fast-check';
import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import { pagesAround } from './pages.ts';
import './pagination.ts';

describe('pagesAround', () => {
  it('offers first, last, present and neighbours, in order, and always as many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (count, seed) => {
        const here = 1 + (seed % count);
        const pages = pagesAround(here, count);
        const numbers = pages.filter((one) => one !== undefined);
        expect(pages).toHaveLength(Math.min(7, count));
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        for (const wanted of [1, here, count, Math.max(1, here - 1), Math.min(count, here + 1)])
          expect(numbers).toContain(wanted);
      }),
    );
  });
});

describe('skin-pagination', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-pagination page="5" count="20"></skin-pagination>`);
  });

  it('goes from page to page, tells it, and keeps the focus at the ends', async () => {
    const log: unknown[] = [];
    const stage = await show(
      html`<skin-pagination
        count="3"
        @change=${(event: CustomEvent) => log.push(event.detail.page)}
      ></skin-pagination>`,
    );
    await userEvent.click(page.getByRole('button', { name: 'Page 2' }));
    const next = page.getByRole('button', { name: 'Next' });
    await userEvent.click(next);
    await expect.element(next).toHaveAttribute('aria-disabled', 'true');
    await userEvent.keyboard('{Enter}');
    expect([log, stage.querySelector('skin-pagination')?.page]).toEqual([[2, 3], 3]);
    expect(stage.querySelector('skin-pagination')?.shadowRoot?.activeElement?.ariaLabel).toBe('Next');
    await expect.element(page.getByRole('button', { name: 'Page 3' })).toHaveAttribute('aria-current', 'page');
  });

  it('takes the focus along with the page, whose button moves', async () => {
    const stage = await show(html`<skin-pagination page="8" count="42"></skin-pagination>`);
    const element = stage.querySelector('skin-pagination');
    page.getByRole('button', { name: 'Page 9' }).element().focus();
    for (const [key, expected] of [
      ['{Enter}', 'Page 9'],
      ['{Tab}{Enter}', 'Page 10'],
    ] as const) {
      await userEvent.keyboard(key);
      await expect
        .poll(() => [element?.shadowRoot?.activeElement?.ariaLabel, element?.page])
        .toEqual([expected, Number(expected.slice(5))]);
    }
  });

  it.each([
    ['99', '3', 3],
    ['-1', '3', 1],
    ['x', '3', 1],
    ['1', 'x', 1],
    ['2', '0', 1],
    ['2.7', '3.9', 2],
  ])('page %s of %s is page %i', async (at, count, here) => {
    const stage = await show(html`<skin-pagination page=${at} count=${count}></skin-pagination>`);
    const root = stage.querySelector('skin-pagination')?.shadowRoot;
    expect(root?.querySelector('[aria-current]')?.textContent?.trim()).toBe(String(here));
  });

  it('writes the digits of the language', async () => {
    const stage = await show(html`<skin-pagination lang="ar-EG" count="2"></skin-pagination>`);
    const root = stage.querySelector('skin-pagination')?.shadowRoot;
    expect(root?.querySelector('[aria-current]')?.textContent?.trim()).toBe('١');
  });
});
