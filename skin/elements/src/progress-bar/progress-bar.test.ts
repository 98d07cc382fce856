import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import './progress-bar.ts';

describe('skin-progress-bar', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-progress-bar value="40" label="Upload"></skin-progress-bar><skin-progress-bar></skin-progress-bar>`,
    );
  });

  it('tells its share in the language, and nothing while nobody knows', async () => {
    await show(
      html`<div lang="de"><skin-progress-bar value="30" max="60" label="A"></skin-progress-bar></div>
        <skin-progress-bar label="B"></skin-progress-bar>`,
    );
    const known = page.getByRole('progressbar', { name: 'A' });
    await expect.element(known).toHaveAttribute('aria-valuenow', '50');
    await expect.element(known).toHaveAttribute('aria-valuetext', '50\u00A0%');
    await expect.element(page.getByRole('progressbar', { name: 'B' })).not.toHaveAttribute('aria-valuenow');
  });

  it.each([
    ['-5', '100', '0%'],
    ['500', '100', '100%'],
    ['25', '100', '25%'],
    ['x', '100', ''],
    ['5', '0', ''],
    ['5', 'x', ''],
  ])('value %s of %s fills %j', async (value, max, width) => {
    const stage = await show(html`<skin-progress-bar value=${value} max=${max}></skin-progress-bar>`);
    const bar = stage.querySelector('skin-progress-bar')?.shadowRoot?.querySelector<HTMLElement>('.bar');
    expect(bar?.style.inlineSize).toBe(width);
  });
});
