import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import './spinner.ts';

describe('skin-spinner', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-spinner></skin-spinner><skin-spinner label="Fetching"></skin-spinner>`);
  });

  it('says what is under way', async () => {
    await show(html`<skin-spinner></skin-spinner><skin-spinner label="Fetching"></skin-spinner>`);
    await expect.element(page.getByRole('img', { name: 'Loading' })).toBeVisible();
    await expect.element(page.getByRole('img', { name: 'Fetching' })).toBeVisible();
  });

  it('is as large as the text around it', async () => {
    const stage = await show(html`<p style="font-size:32px"><skin-spinner></skin-spinner></p>`);
    expect(stage.querySelector('skin-spinner')?.offsetWidth).toBe(40);
  });
});
