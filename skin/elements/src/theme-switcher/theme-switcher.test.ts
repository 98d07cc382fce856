import { html, type TemplateResult } from 'lit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import '../card/card.ts';
import { themeScript } from './theme.ts';
import type { ThemeSwitcherCell } from './theme-switcher.ts';
import './theme-switcher.ts';

const root = document.documentElement;
const now = (): (string | undefined)[] => [root.dataset['theme'], root.dataset['skinTheme']];
const clean = (): void => {
  localStorage.clear();
  delete root.dataset['theme'];
  delete root.dataset['skinTheme'];
};
beforeEach(clean);
afterEach(clean);

const setUp = async (template: TemplateResult = html`<skin-theme-switcher></skin-theme-switcher>`) => {
  const stage = await show(template);
  const element = stage.querySelector('skin-theme-switcher') as ThemeSwitcherCell;
  await element.updateComplete;
  const log: unknown[] = [];
  element.addEventListener('change', (event) => log.push((event as CustomEvent).detail));
  const choose = (name: string): Promise<void> => page.getByRole('radio', { name }).first().click();
  return { stage, element, log, choose };
};

/** As a page has it in its head: run at once. */
const runInHead = (text: string): void => {
  const script = document.createElement('script');
  script.textContent = text;
  document.head.append(script);
  script.remove();
};

describe('skin-theme-switcher', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-theme-switcher></skin-theme-switcher>`);
    await expectAccessible(html`<skin-theme-switcher compact></skin-theme-switcher>`);
  });

  it('gives the page what the user chose, tells it, and keeps it', async () => {
    const { choose, log } = await setUp();
    expect(now()).toEqual([undefined, undefined]);
    await choose('Dark');
    await choose('Ember');
    expect(now()).toEqual(['dark', 'ember']);
    expect(getComputedStyle(root).colorScheme).toBe('dark');
    expect(log).toEqual([
      { scheme: 'dark', theme: '', isDark: true },
      { scheme: 'dark', theme: 'ember', isDark: true },
    ]);
    clean();
    localStorage.setItem('skin-theme', '{"scheme":"light","theme":"graphite"}');
    await setUp();
    expect(now()).toEqual(['light', 'graphite']);
    await page.getByRole('radio', { name: 'System' }).click();
    expect(now()).toEqual([undefined, 'graphite']);
  });

  it('gives the elements the colours of the theme, and a theme may stand in another', async () => {
    const { stage } = await setUp(
      html`<skin-theme-switcher theme="ember"></skin-theme-switcher><skin-card>x</skin-card>
        <div data-skin-theme="lagoon"><skin-card>x</skin-card></div>`,
    );
    const [ember, lagoon] = [...stage.querySelectorAll('skin-card')].map((card) => getComputedStyle(card).color);
    expect(ember).toMatch(/45\)/);
    expect(lagoon).toMatch(/235\)/);
  });

  it('begins with what the page has', async () => {
    root.dataset['theme'] = 'dark';
    root.dataset['skinTheme'] = 'graphite';
    const { element } = await setUp();
    expect([element.choice, now()]).toEqual([{ scheme: 'dark', theme: 'graphite' }, ['dark', 'graphite']]);
  });

  it('is operated by keys as any radio group', async () => {
    const { element } = await setUp();
    element.shadowRoot?.querySelector<HTMLElement>('input:checked')?.focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(element.scheme).toBe('light');
    await userEvent.keyboard('{Tab}{ArrowDown}');
    expect(element.theme).toBe('ember');
  });

  it('keeps all switchers of the page together', async () => {
    const { stage, choose } = await setUp(
      html`<skin-theme-switcher></skin-theme-switcher><skin-theme-switcher compact></skin-theme-switcher>`,
    );
    await choose('Dark');
    const [, other] = [...stage.querySelectorAll('skin-theme-switcher')];
    expect(other?.scheme).toBe('dark');
    localStorage.setItem('skin-theme', '{"scheme":"light","theme":"ember"}');
    dispatchEvent(new StorageEvent('storage', { key: 'skin-theme', newValue: 'x' }));
    expect([other?.scheme, other?.theme]).toEqual(['light', 'ember']);
  });

  it('stands behind a button where it is compact: Escape closes it and the focus comes back', async () => {
    const { element } = await setUp(html`<skin-theme-switcher compact></skin-theme-switcher>`);
    const button = page.getByRole('button', { name: 'Appearance' });
    await button.click();
    await expect.element(page.getByRole('dialog', { name: 'Appearance' })).toBeVisible();
    await expect.element(button).toHaveAttribute('aria-expanded', 'true');
    expect((element.shadowRoot?.activeElement as HTMLInputElement | null)?.value).toBe('system');
    await userEvent.keyboard('{ArrowDown}{Escape}');
    await expect.element(button).toHaveAttribute('aria-expanded', 'false');
    expect(element.shadowRoot?.activeElement?.localName).toBe('button');
    expect(element.scheme).toBe('light');
  });

  it.each(['no JSON', '[]', 'null', '{"scheme":"blue","theme":"\\"><script>"}', '{"scheme":1,"theme":{}}'])(
    'takes nothing from a bad memory: %s',
    async (kept) => {
      localStorage.setItem('skin-theme', kept);
      const { element } = await setUp();
      expect([element.choice, now()]).toEqual([{ scheme: 'system', theme: '' }, [undefined, undefined]]);
    },
  );

  it('applies the choice before the first paint by a script of a line', () => {
    localStorage.setItem('mine</script>', '{"scheme":"dark","theme":"ember"}');
    const text = themeScript('mine</script>');
    expect(text).not.toContain('</');
    runInHead(text);
    expect(now()).toEqual(['dark', 'ember']);
    clean();
    localStorage.setItem('skin-theme', '{"scheme":"x","theme":"a b"}');
    runInHead(themeScript());
    expect(now()).toEqual([undefined, undefined]);
  });
});
