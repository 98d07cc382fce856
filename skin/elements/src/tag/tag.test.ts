import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './tag.ts';

describe('skin-tag', () => {
  it('is accessible, in every tone', async () => {
    await expectAccessible(
      html`${(['neutral', 'info', 'success', 'warning', 'danger'] as const).map(
        (tone) => html`<skin-tag tone=${tone} removable>Taiwan</skin-tag>`,
      )}`,
    );
  });

  it('is taken away by its button, which names it, unless the page prevents it', async () => {
    const stage = await show(html`<skin-tag removable>Taiwan</skin-tag>`);
    const tag = stage.querySelector('skin-tag');
    tag?.addEventListener('remove', (event) => event.preventDefault(), { once: true });
    const button = page.getByRole('button', { name: 'Remove Taiwan' });
    await userEvent.click(button);
    expect(tag?.isConnected).toBe(true);
    await userEvent.click(button);
    expect(tag?.isConnected).toBe(false);
  });

  it('has a button of at least 24 pixels, and cuts a word that is too long', async () => {
    const stage = await show(html`<skin-tag removable>${'long '.repeat(100)}</skin-tag>`, 'inline-size:200px');
    const tag = stage.querySelector('skin-tag');
    const { width, height } = inside(tag, 'button').getBoundingClientRect();
    expect([Math.min(width, height) >= 24, tag?.offsetWidth]).toEqual([true, 200]);
  });
});
