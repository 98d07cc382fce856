import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import { confirm } from './confirm.ts';

describe('confirm', () => {
  it('asks in a dialog, and answers yes by its button', async () => {
    await show(html`<button>opener</button>`);
    const answer = confirm('All readings go.', {
      title: 'Delete the station?',
      confirmLabel: 'Delete',
      tone: 'danger',
    });
    await expect.element(page.getByRole('alertdialog', { name: 'Delete the station?' })).toBeVisible();
    await userEvent.click(page.getByRole('button', { name: 'Delete' }));
    expect([await answer, document.querySelector('skin-confirm')]).toEqual([true, null]);
  });

  it.each(['{Escape}', 'Cancel', 'Close'])('answers no by %s', async (way) => {
    const answer = confirm('Sure?', { title: 'Go on?' });
    await expect.element(page.getByRole('alertdialog')).toBeVisible();
    if (way === '{Escape}') await userEvent.keyboard(way);
    else await userEvent.click(page.getByRole('button', { name: way }));
    expect(await answer).toBe(false);
  });

  it('has the focus on yes, but on no where there is no way back', async () => {
    const found: unknown[] = [];
    for (const tone of ['neutral', 'danger'] as const) {
      const answer = confirm('Sure?', { title: 'Go on?', tone });
      const focused = (): Element | null | undefined => document.activeElement?.shadowRoot?.activeElement;
      await expect.poll(() => focused()?.localName).toBe('skin-button');
      found.push(focused()?.textContent?.trim());
      await userEvent.keyboard('{Enter}');
      found.push(await answer);
    }
    expect(found).toEqual(['OK', true, 'Cancel', false]);
  });

  it('shows hostile text as text', async () => {
    const answer = confirm('<img src=x onerror="window.hacked=1">', { title: '<b>x</b>' });
    await expect.element(page.getByRole('alertdialog', { name: '<b>x</b>' })).toBeVisible();
    expect(document.querySelector('skin-confirm img')).toBeNull();
    await userEvent.keyboard('{Escape}');
    expect(await answer).toBe(false);
  });
});

describe('skin-confirm', () => {
  const element = html`<skin-confirm label="Delete the station?" tone="danger" confirm-label="Delete" open
    >All readings go.</skin-confirm
  >`;

  it('is accessible', async () => {
    await expectAccessible(element);
  });

  it('tells by its value what was answered, and takes buttons of the page', async () => {
    const stage = await show(element);
    const asked = stage.querySelector('skin-confirm');
    await userEvent.click(page.getByRole('button', { name: 'Delete' }));
    await expect.poll(() => asked?.open).toBe(false);
    expect(asked?.returnValue).toBe('yes');
    const own = Object.assign(document.createElement('button'), { slot: 'footer', textContent: 'Do it' });
    asked?.append(own);
    asked?.show();
    await expect.element(page.getByRole('button', { name: 'Do it' })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Delete' })).not.toBeInTheDocument();
    asked?.close();
    expect(asked?.returnValue).toBe('');
  });
});
