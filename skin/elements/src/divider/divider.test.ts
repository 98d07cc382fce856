import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './divider.ts';

describe('skin-divider', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<p>a</p>
        <skin-divider></skin-divider>
        <p>b</p>
        <skin-divider>or</skin-divider>
        <p>c</p>`,
    );
  });

  it('is a separator without a word, and its word with one', async () => {
    await show(html`<skin-divider orientation="vertical"></skin-divider><skin-divider>or</skin-divider>`);
    expect(page.getByRole('separator').elements()).toHaveLength(1);
    await expect.element(page.getByText('or')).toBeVisible();
  });

  it('notices a word that comes later', async () => {
    const stage = await show(html`<skin-divider></skin-divider>`);
    const divider = stage.querySelector('skin-divider');
    divider?.append('or');
    await expect.poll(() => inside(divider, 'div').hasAttribute('role')).toBe(false);
  });
});
