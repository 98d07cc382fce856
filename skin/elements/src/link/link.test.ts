import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './link.ts';

describe('skin-link', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<p>See <skin-link href="#a">this</skin-link> and <skin-link href="/x" target="_blank">that</skin-link>.</p>`,
    );
  });

  it('leads where it says, by the keyboard too', async () => {
    const stage = await show(html`<skin-link href="#by-keyboard">Go</skin-link>`);
    stage.querySelector('skin-link')?.focus();
    await userEvent.keyboard('{Enter}');
    expect(location.hash).toBe('#by-keyboard');
    history.replaceState(null, '', location.pathname + location.search);
  });

  it.each([
    'javascript:window.hacked=1',
    ' java\nscript:window.hacked=1',
    'data:text/html,<script>1</script>',
    'http://',
  ])('does not lead to %j', async (href) => {
    const stage = await show(html`<skin-link href=${href}>Go</skin-link>`);
    expect(inside(stage.querySelector('skin-link'), 'a').hasAttribute('href')).toBe(false);
  });

  it.each(['#a', '/b?c=d', 'https://example.org', 'mailto:a@example.org', 'tel:+123'])('leads to %s', async (href) => {
    const stage = await show(html`<skin-link href=${href}>Go</skin-link>`);
    expect(inside(stage.querySelector('skin-link'), 'a').getAttribute('href')).toBe(href);
  });

  it('says that it opens elsewhere, and gives away nothing of the page', async () => {
    const stage = await show(html`<skin-link href="/x" target="_blank" current="page">Go</skin-link>`);
    const link = inside(stage.querySelector('skin-link'), 'a');
    expect([link.rel, link.getAttribute('aria-current')]).toEqual(['noopener', 'page']);
    expect(link.querySelector('svg')?.getAttribute('aria-label')).toBe('opens in a new tab');
  });
});
