import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './breadcrumb.ts';

const way = html`<a href="#home">Home</a><a href="#stations">Stations</a><a href="#hl-04">HL-04</a>`;

describe('skin-breadcrumb', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-breadcrumb>${way}</skin-breadcrumb>`);
  });

  it('is a navigation with a list of links, of which the last is this page', async () => {
    await show(html`<skin-breadcrumb>${way}</skin-breadcrumb>`);
    const links = page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link');
    expect(links.elements().map((link) => [link.textContent?.trim(), link.getAttribute('aria-current')])).toEqual([
      ['Home', null],
      ['Stations', null],
      ['HL-04', 'page'],
    ]);
  });

  it('follows its children, and leads nowhere that runs a script', async () => {
    const stage = await show(html`<skin-breadcrumb>${way}</skin-breadcrumb>`);
    const breadcrumb = stage.querySelector('skin-breadcrumb');
    const evil = document.createElement('a');
    evil.setAttribute('href', 'javascript:window.hacked=1');
    evil.textContent = '<b>Evil</b>';
    breadcrumb?.prepend(evil);
    await expect.poll(() => breadcrumb?.shadowRoot?.querySelectorAll('li').length).toBe(4);
    const link = inside(breadcrumb, 'a');
    expect([link.hasAttribute('href'), link.textContent?.trim()]).toEqual([false, '<b>Evil</b>']);
  });
});
