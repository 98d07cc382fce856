import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { InfiniteScrollCell } from './infinite-scroll.ts';
import './infinite-scroll.ts';

const scroll = (manual = false, error = ''): TemplateResult =>
  html`<div style="block-size:200px;overflow:auto" tabindex="0">
    <skin-infinite-scroll distance="0" ?manual=${manual} error=${error}
      ><div style="block-size:500px">content</div></skin-infinite-scroll
    >
  </div>`;
const setUp = async (manual = false, error = '') => {
  const stage = await show(scroll(manual, error));
  const element = stage.querySelector('skin-infinite-scroll') as InfiniteScrollCell;
  let asked = 0;
  element.addEventListener('load-more', () => (asked += 1));
  const frames = async (): Promise<void> => {
    for (let at = 0; at < 5; at += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  };
  return { element, frame: stage.firstElementChild as HTMLElement, asked: () => asked, frames };
};

describe('skin-infinite-scroll', () => {
  it('is accessible, waiting, loading and failed', async () => {
    await expectAccessible(scroll());
    await expectAccessible(scroll(true));
    await expectAccessible(scroll(false, 'It failed.'));
    await expectAccessible(html`<skin-infinite-scroll loading>content</skin-infinite-scroll>`);
  });

  it('asks once as its end comes into sight, and again after each load while it is there', async () => {
    const { element, frame, asked, frames } = await setUp();
    await frames();
    expect(asked()).toBe(0);
    frame.scrollTop = 1000;
    await expect.poll(asked).toBe(1);
    element.loading = true;
    await frames();
    expect(asked()).toBe(1);
    await expect.element(page.getByRole('status')).toHaveTextContent('Loading');
    element.loading = false;
    await expect.poll(asked).toBe(2);
    element.done = true;
    element.loading = true;
    await element.updateComplete;
    element.loading = false;
    await frames();
    expect(asked()).toBe(2);
  });

  it('asks by its button only, after a failure or where that is wanted', async () => {
    const { element, frame, asked, frames } = await setUp(false, 'It failed.');
    frame.scrollTop = 1000;
    await frames();
    expect(asked()).toBe(0);
    await userEvent.click(page.getByRole('button', { name: 'Load more' }));
    expect(asked()).toBe(1);
    element.error = '';
    element.manual = true;
    await frames();
    expect(asked()).toBe(1);
    await userEvent.click(page.getByRole('button', { name: 'Load more' }));
    expect(asked()).toBe(2);
  });
});
