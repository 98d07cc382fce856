import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { RenderedRange, VirtualScrollerCell } from './virtual-scroller.ts';
import './virtual-scroller.ts';

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
const scroller = (items: readonly unknown[]): TemplateResult =>
  html`<skin-virtual-scroller
    label="Events"
    style="block-size:200px"
    .items=${items}
    .keyOf=${(item: unknown) => item}
  ></skin-virtual-scroller>`;
const setUp = async (items: readonly unknown[]) => {
  const stage = await show(scroller(items));
  const element = stage.querySelector('skin-virtual-scroller') as VirtualScrollerCell;
  const frame = inside(element, 'div');
  await expect.poll(() => frame.clientHeight).toBe(200);
  /** What is seen in the frame, and where, in pixels. */
  const seen = (): [string, number][] => {
    const box = frame.getBoundingClientRect();
    return [...frame.querySelectorAll('.row')]
      .map((row): [string, number] => [
        row.textContent?.trim() ?? '',
        Math.round(row.getBoundingClientRect().top - box.top),
      ])
      .filter(([, top]) => top > -40 && top < 200)
      .sort((a, b) => a[1] - b[1]);
  };
  return { element, frame, seen };
};

describe('skin-virtual-scroller', () => {
  it('is accessible, full and empty', async () => {
    await expectAccessible(scroller(numbers(0, 1000)));
    await expectAccessible(scroller([]));
  });

  it('draws some of 100 000 rows, and tells the place of each', async () => {
    const { element, frame, seen } = await setUp(numbers(0, 100_000));
    const ranges: RenderedRange[] = [];
    element.addEventListener('range-change', (event) => ranges.push((event as CustomEvent).detail));
    frame.scrollTop = 2_000_010;
    await expect.poll(() => seen()[0]).toEqual(['50000', -10]);
    const row = [...frame.querySelectorAll('.row')].find(({ textContent }) => textContent?.trim() === '50000');
    expect([row?.ariaSetSize, row?.ariaPosInSet]).toEqual(['100000', '50001']);
    expect(frame.querySelectorAll('.row').length).toBeLessThan(30);
    expect(ranges.at(-1)?.first).toBe(49_994);
  });

  it('keeps what is seen in its place when rows come and go before it', async () => {
    const { element, frame, seen } = await setUp(numbers(0, 1000));
    frame.scrollTop = 4010;
    await expect.poll(() => seen()[0]).toEqual(['100', -10]);
    element.items = numbers(-500, 1000);
    await expect.poll(() => seen()[0]).toEqual(['100', -10]);
    expect(frame.scrollTop).toBe(24_010);
    element.items = numbers(50, 1000);
    await expect.poll(() => [seen()[0], frame.scrollTop]).toEqual([['100', -10], 2010]);
  });

  it('reaches the last of a million rows', async () => {
    const { element, seen } = await setUp(numbers(0, 1_000_000));
    element.scrollToIndex(999_999);
    await expect.poll(() => seen().at(-1)).toEqual(['999999', 160]);
    element.scrollToIndex(500_000);
    await expect.poll(() => seen().map(([text]) => text)).toContain('500000');
  });
});
