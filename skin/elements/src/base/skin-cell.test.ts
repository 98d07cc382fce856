import { html } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { inside, show } from '../../test/helpers.ts';
import '../badge/badge.ts';
import '../card/card.ts';
import '../confirm/confirm.ts';
import '../dialog/dialog.ts';
import '../dropdown/dropdown.ts';
import '../icon-button/icon-button.ts';
import '../menu/menu-item.ts';
import '../select/select.ts';
import '../tabs/tab.ts';
import '../tabs/tabs.ts';
import '../text-field/text-field.ts';
import { SkinCell } from './skin-cell.ts';
import { localeOf } from './terms.ts';
import { setTerms } from './translations.ts';

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

  it('is one that can be used, in a browser of a system without languages', () => {
    const page = document.createElement('div');
    const language = vi.spyOn(navigator, 'language', 'get').mockReturnValue('C');
    try {
      expect((1234.5).toLocaleString(localeOf(page))).toBe((1234.5).toLocaleString());
      page.lang = 'ja';
      expect(localeOf(page)).toBe('ja');
    } finally {
      language.mockRestore();
    }
  });

  it('shares its styles: all elements adopt one and the same base sheet', async () => {
    const stage = await show(html`<skin-badge>x</skin-badge><skin-dialog label="A"></skin-dialog>`);
    const [badge, dialog] = [...stage.querySelectorAll('skin-badge, skin-dialog')].map(
      (element) => element.shadowRoot?.adoptedStyleSheets[0],
    );
    expect(badge === dialog && badge !== undefined).toBe(true);
  });
});

describe('a second version of the kit on the same page', () => {
  const elements = ['button', 'icon-button', 'menu', 'dropdown', 'tabs', 'dialog', 'confirm', 'select', 'text-field'];

  it('leaves the first in charge, whose elements go on to work', async () => {
    const first = elements.map((name) => customElements.get(`skin-${name}`));
    const seconds = elements.map(
      // The same files once more, under another address.
      (name) =>
        import(/* @vite-ignore */ new URL(`../${name}/${name}.ts?second`, import.meta.url).href) as Promise<object>,
    );
    const classes = (await Promise.all(seconds)).flatMap((module) => Object.values(module));
    expect(classes.length).toBeGreaterThanOrEqual(elements.length);
    const now = elements.map((name) => customElements.get(`skin-${name}`));
    for (const [at, one] of first.entries()) if (one !== undefined) expect(now[at]).toBe(one);
    expect(now.every((one) => one !== undefined)).toBe(true);
    const stage = await show(
      html`<form>
        <skin-text-field name="a" label="A" value="1"></skin-text-field
        ><skin-select name="b" label="B" multiple .options=${['x', 'y']} .values=${['y']}></skin-select>
        <skin-dropdown label="Actions" open><skin-menu-item>Edit</skin-menu-item></skin-dropdown>
        <skin-tabs label="C"><skin-tab label="One">1</skin-tab></skin-tabs>
      </form>`,
    );
    expect([...new FormData(stage.querySelector('form') as HTMLFormElement)]).toEqual([
      ['a', '1'],
      ['b', 'y'],
    ]);
    expect(inside(stage.querySelector('skin-dropdown'), 'div').matches(':popover-open')).toBe(true);
    const foreign = classes.filter(
      (one): one is CustomElementConstructor => typeof one === 'function' && one.prototype instanceof HTMLElement,
    );
    expect(foreign.some((one) => stage.querySelector('skin-text-field') instanceof one)).toBe(false);
  });
});
