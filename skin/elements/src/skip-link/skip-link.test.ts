import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import './skip-link.ts';

const page = html`<skin-skip-link></skin-skip-link><a href="#x">menu</a>
  <section id="main">
    <h2>Content</h2>
    <button>first</button>
  </section>`;

describe('skin-skip-link', () => {
  it('is accessible', async () => {
    await expectAccessible(page);
  });

  it('is seen only while it has the focus', async () => {
    const stage = await show(page);
    const link = stage.querySelector('skin-skip-link');
    expect(link?.offsetWidth).toBe(1);
    link?.focus();
    expect(link?.offsetWidth).toBeGreaterThan(50);
  });

  it('takes the focus past what comes before the content', async () => {
    const stage = await show(page);
    stage.querySelector('skin-skip-link')?.focus();
    await userEvent.keyboard('{Enter}');
    expect(document.activeElement?.id).toBe('main');
    await userEvent.tab();
    expect([document.activeElement?.textContent, stage.querySelector('#main')?.hasAttribute('tabindex')]).toEqual([
      'first',
      false,
    ]);
  });

  it('goes to the target it is told, and nowhere when there is none', async () => {
    const stage = await show(
      html`<skin-skip-link for="there"></skin-skip-link><button id="there">b</button
        ><skin-skip-link for="gone"></skin-skip-link>`,
    );
    const [first, second] = stage.querySelectorAll('skin-skip-link');
    first?.focus();
    await userEvent.keyboard('{Enter}');
    expect(document.activeElement?.id).toBe('there');
    second?.focus();
    await userEvent.keyboard('{Enter}');
    expect(document.activeElement).toBe(second);
    history.replaceState(null, '', location.pathname + location.search);
  });
});
