import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { show } from '../../test/helpers.ts';
import { confirm } from './confirm.ts';

describe('confirm', () => {
  it('asks in a dialog, and answers yes by its button', async () => {
    await show(html`<button>opener</button>`);
    const answer = confirm('All readings go.', {
      title: 'Delete the station?',
      confirmLabel: 'Delete',
      tone: 'danger',
    });
    await expect.element(page.getByRole('dialog', { name: 'Delete the station?' })).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Delete' }));
    expect([await answer, document.querySelector('skin-dialog')]).toEqual([true, null]);
  });

  it.each(['{Escape}', 'Cancel', 'Close'])('answers no by %s', async (way) => {
    const answer = confirm('Sure?', { title: 'Go on?' });
    await expect.element(page.getByRole('dialog')).toBeVisible();
    if (way === '{Escape}') await userEvent.keyboard(way);
    else await userEvent.click(page.getByRole('button', { name: way }));
    expect(await answer).toBe(false);
  });

  it('has the focus on yes, but on no where there is no way back', async () => {
    const found: unknown[] = [];
    for (const tone of ['neutral', 'danger'] as const) {
      const answer = confirm('Sure?', { title: 'Go on?', tone });
      await expect.poll(() => document.activeElement?.localName).toBe('skin-button');
      found.push(document.activeElement?.textContent);
      await userEvent.keyboard('{Enter}');
      found.push(await answer);
    }
    expect(found).toEqual(['OK', true, 'Cancel', false]);
  });

  it('shows hostile text as text', async () => {
    const answer = confirm('<img src=x onerror="window.hacked=1">', { title: '<b>x</b>' });
    await expect.element(page.getByRole('dialog', { name: '<b>x</b>' })).toBeVisible();
    expect(document.querySelector('skin-dialog img')).toBeNull();
    await userEvent.keyboard('{Escape}');
    expect(await answer).toBe(false);
  });
});
