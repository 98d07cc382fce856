import { html, type TemplateResult } from 'lit';
import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { BannerCell } from './banner.ts';
import './banner.ts';

const banner = (key = ''): TemplateResult =>
  html`<skin-banner label="Maintenance" dismissible key=${key}
    >On Sunday.<a slot="action" href="#plan">Plan</a></skin-banner
  >`;
const setUp = async (key = ''): Promise<BannerCell> =>
  (await show(banner(key))).querySelector('skin-banner') as BannerCell;

describe('skin-banner', () => {
  afterEach(() => localStorage.removeItem('skin-banner:plan'));

  it('is accessible', async () => {
    await expectAccessible(banner());
    await expectAccessible(html`<skin-banner tone="danger" label="Failure">Down.</skin-banner>`);
  });

  it('is a region with a name', async () => {
    await setUp();
    await expect.element(page.getByRole('region', { name: 'Maintenance' })).toBeVisible();
  });

  it('goes when it is dismissed, unless the page prevents it', async () => {
    const element = await setUp();
    element.addEventListener('dismiss', (event) => event.preventDefault(), { once: true });
    await userEvent.click(page.getByRole('button', { name: 'Dismiss' }));
    expect(element.checkVisibility()).toBe(true);
    await userEvent.click(page.getByRole('button', { name: 'Dismiss' }));
    await expect.poll(() => element.checkVisibility()).toBe(false);
    expect((await setUp()).checkVisibility()).toBe(true);
  });

  it('stays dismissed by its key', async () => {
    await setUp('plan');
    await userEvent.click(page.getByRole('button', { name: 'Dismiss' }));
    expect((await setUp('plan')).checkVisibility()).toBe(false);
    expect((await setUp('other')).checkVisibility()).toBe(true);
  });
});
