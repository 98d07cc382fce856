import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { inside, show } from '../../test/helpers.ts';
import '../badge/badge.ts';
import '../card/card.ts';
import '../dialog/dialog.ts';
import { SkinCell } from './skin-cell.ts';
import { localeOf, setTerms } from './terms.ts';

describe('SkinCell', () => {
  it('leaves the first in charge when a tag is defined twice', () => {
    const first = customElements.get('skin-card');
    class Other extends SkinCell {}
    Other.define('skin-card');
    expect(customElements.get('skin-card')).toBe(first);
  });

  it('follows data-theme on any ancestor, without a stylesheet of the page', async () => {
    const stage = await show(
      html`<div data-theme="dark"><skin-card>x</skin-card></div>
        <div data-theme="light" style="all:revert-layer"><skin-card>x</skin-card></div>`,
    );
    const schemes = [...stage.querySelectorAll('skin-card')].map((card) => getComputedStyle(card).colorScheme);
    expect(schemes).toEqual(['dark', 'light']);
  });

  it('says its own words in the language around it, across shadow roots, else in English', async () => {
    setTerms('de', { close: 'Schließen' });
    const stage = await show(
      html`<div lang="de-AT"><skin-dialog label="A"></skin-dialog></div>
        <div lang="fr"><skin-dialog label="B"></skin-dialog></div>`,
    );
    const labels = [...stage.querySelectorAll('skin-dialog')].map((dialog) =>
      inside(dialog, 'button').getAttribute('aria-label'),
    );
    expect(labels).toEqual(['Schließen', 'Close']);
    const german = stage.querySelector('skin-dialog');
    expect(localeOf(inside(german, 'button'))).toBe('de-AT');
  });

  it('shares its styles: all elements adopt one and the same base sheet', async () => {
    const stage = await show(html`<skin-badge>x</skin-badge><skin-dialog label="A"></skin-dialog>`);
    const [badge, dialog] = [...stage.querySelectorAll('skin-badge, skin-dialog')].map(
      (element) => element.shadowRoot?.adoptedStyleSheets[0],
    );
    expect(badge === dialog && badge !== undefined).toBe(true);
  });
});
