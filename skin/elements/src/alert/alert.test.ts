import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import './alert.ts';

const tones = ['neutral', 'info', 'success', 'warning', 'danger'] as const;

describe('skin-alert', () => {
  it('is accessible, in every tone', async () => {
    await expectAccessible(
      html`${tones.map((tone) => html`<skin-alert tone=${tone} label="Title" dismissible>Text</skin-alert>`)}
        <skin-alert banner>For all<a slot="action" href="#x">More</a></skin-alert>`,
    );
  });

  it('looks like information unless told otherwise', async () => {
    const stage = await show(
      html`<skin-alert>a</skin-alert><skin-alert tone="info">b</skin-alert><skin-alert tone="neutral">c</skin-alert>`,
    );
    const colors = [...stage.querySelectorAll('skin-alert')].map(
      (alert) => getComputedStyle(alert.shadowRoot?.querySelector('.base') as Element).backgroundColor,
    );
    expect([colors[0] === colors[1], colors[0] === colors[2]]).toEqual([true, false]);
  });

  it('is a status, and an alert where there is danger', async () => {
    await show(html`<skin-alert>Fine</skin-alert><skin-alert tone="danger">Not fine</skin-alert>`);
    expect(page.getByRole('status').elements()).toHaveLength(1);
    expect(page.getByRole('alert').elements()).toHaveLength(1);
  });

  it('is taken away by its button, unless the page prevents it', async () => {
    const log: string[] = [];
    const stage = await show(html`<skin-alert dismissible @dismiss=${() => log.push('dismiss')}>Text</skin-alert>`);
    const alert = stage.querySelector('skin-alert');
    alert?.addEventListener('dismiss', (event) => event.preventDefault(), { once: true });
    const button = page.getByRole('button', { name: 'Dismiss' });
    await userEvent.click(button);
    expect(alert?.isConnected).toBe(true);
    await userEvent.click(button);
    expect([alert?.isConnected, log.length]).toEqual([false, 2]);
  });

  it('shows a hostile label as text, and an unknown tone like any other', async () => {
    const stage = await show(
      html`<skin-alert label="<img src=x onerror=alert(1)>" tone=${'odd' as 'info'}>x</skin-alert>`,
    );
    const root = stage.querySelector('skin-alert')?.shadowRoot;
    expect([root?.querySelector('img'), root?.querySelector('strong')?.textContent]).toEqual([
      null,
      '<img src=x onerror=alert(1)>',
    ]);
  });
});
