import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { expectAccessible, show } from '../../test/helpers.ts';
import './badge.ts';

describe('skin-badge', () => {
  it('is accessible in every tone', async () => {
    await expectAccessible(
      html`${['neutral', 'info', 'success', 'warning', 'danger'].map((tone) => html`<skin-badge tone=${tone}>${tone}</skin-badge>`)}`,
    );
  });

  it('takes its colours from the page’s tokens', async () => {
    const stage = await show(html`<skin-badge tone="success" style="--skin-success-soft: rgb(1, 2, 3)">x</skin-badge>`);
    const base = stage.querySelector('skin-badge')?.shadowRoot?.querySelector('.base') as Element;
    expect(getComputedStyle(base).backgroundColor).toBe('rgb(1, 2, 3)');
  });
});
