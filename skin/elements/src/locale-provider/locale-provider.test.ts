import { html, type TemplateResult } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import { setTerms } from '../base/translations.ts';
import { toast } from '../toast/toast.ts';
import '../alert/alert.ts';
import '../number-field/number-field.ts';
import '../pagination/pagination.ts';
import '../slider/slider.ts';
import { directionOf } from './direction.ts';
import { loadTerms } from './load-terms.ts';
import type { LocaleProviderCell } from './locale-provider.ts';
import './locale-provider.ts';

const some = html`<skin-pagination count="9"></skin-pagination>`;
const setUp = async (content: TemplateResult = some, attributes = 'de') => {
  const stage = await show(html`<skin-locale-provider locale=${attributes}>${content}</skin-locale-provider>`);
  const provider = stage.querySelector('skin-locale-provider') as LocaleProviderCell;
  return { stage, provider };
};
const nav = (stage: Element): string | null | undefined =>
  stage.querySelector('skin-pagination')?.shadowRoot?.querySelector('nav')?.getAttribute('aria-label');
const says = async (stage: Element, expected: string): Promise<void> => {
  await vi.waitFor(() => expect(nav(stage)).toBe(expected));
};

describe('skin-locale-provider', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-locale-provider locale="ja">${some}</skin-locale-provider>`);
  });

  it.each([
    ['de', 'Seiten', 'ltr'],
    ['de-AT', 'Seiten', 'ltr'],
    ['ar-EG', 'الصفحات', 'rtl'],
    ['ja', 'ページ', 'ltr'],
    ['en-GB', 'Pages', 'ltr'],
    ['xx', 'Pages', 'ltr'],
    ['not a tag', 'Pages', 'ltr'],
  ])('gives language, direction and words: %s', async (locale, word, direction) => {
    const { stage, provider } = await setUp(some, locale);
    await says(stage, word);
    expect([provider.lang, getComputedStyle(provider).direction]).toEqual([locale, direction]);
  });

  it('loads the words of a language that it is given later, and tells', async () => {
    const { stage, provider } = await setUp(some, 'en');
    const told: unknown[] = [];
    provider.addEventListener('terms-load', (event) => told.push((event as CustomEvent).detail));
    await says(stage, 'Pages');
    provider.locale = 'ar';
    await says(stage, 'الصفحات');
    await vi.waitFor(() => expect(told).toContainEqual({ locale: 'ar' }));
    provider.direction = 'ltr';
    await provider.updateComplete;
    expect(getComputedStyle(provider).direction).toBe('ltr');
    provider.locale = '';
    provider.direction = 'auto';
    await provider.updateComplete;
    expect([provider.hasAttribute('lang'), provider.hasAttribute('dir')]).toEqual([false, false]);
  });

  it('reaches into shadow roots, and the nearest one counts', async () => {
    const { stage } = await setUp(
      html`<skin-locale-provider locale="ja">${some}</skin-locale-provider>
        <div id="host"></div>`,
    );
    const root = stage.querySelector('#host')?.attachShadow({ mode: 'open' });
    root?.append(document.createElement('skin-pagination'));
    await says(stage, 'ページ');
    const deep = root?.querySelector('skin-pagination');
    await vi.waitFor(() => expect(inside(deep, 'nav' as 'div').getAttribute('aria-label')).toBe('Seiten'));
  });

  it('takes words of the page: by key, from a translator, and for what was set before', async () => {
    setTerms('ja', { previous: '戻る' });
    const { stage, provider } = await setUp(some, 'ja');
    await says(stage, 'ページ');
    const buttons = (): (string | null)[] =>
      [...inside(stage.querySelector('skin-pagination'), 'nav' as 'div').querySelectorAll('button')]
        .map((button) => button.getAttribute('aria-label'))
        .filter((name) => name !== null && !/\d/.test(name));
    expect(buttons()).toEqual(['戻る', '次へ']);
    provider.messages = { pages: '一覧' };
    provider.translateTerm = (name, english, language) => (name === 'next' ? `${english} (${language})` : undefined);
    await says(stage, '一覧');
    expect(buttons()).toEqual(['戻る', 'Next (ja)']);
    provider.remove();
    document.body.append(stage.ownerDocument.createElement('p'), provider);
    await provider.updateComplete;
    expect(nav(provider)).toBe('一覧');
  });

  it('holds for the whole page where it is told so, and gives it back when it goes', async () => {
    document.documentElement.lang = 'en';
    const stage = await show(html`<skin-locale-provider page locale="ar"></skin-locale-provider>`);
    await vi.waitFor(() => expect(document.documentElement.dir).toBe('rtl'));
    await loadTerms('ar');
    const message = toast('x');
    await message.updateComplete;
    expect(message.shadowRoot?.querySelector('button')?.getAttribute('aria-label')).toBe('إخفاء');
    stage.querySelector('skin-locale-provider')?.remove();
    expect([document.documentElement.lang, document.documentElement.hasAttribute('dir')]).toEqual(['en', false]);
    message.remove();
  });

  it('lets numbers follow', async () => {
    const { stage } = await setUp(html`<skin-slider label="x" value="3"></skin-slider>`, 'ar-EG');
    const slider = stage.querySelector('skin-slider');
    await vi.waitFor(() => expect(slider?.shadowRoot?.textContent).toContain('٣'));
  });

  it('is not led astray by messages that are none', async () => {
    const { stage, provider } = await setUp(some, 'de');
    await says(stage, 'Seiten');
    for (const wrong of [null, 4, 'x', { pages: 5 }]) {
      Reflect.set(provider, 'messages', wrong);
      Reflect.set(provider, 'translateTerm', wrong);
      await provider.updateComplete;
      expect(nav(stage)).toBe('Seiten');
    }
  });
});

describe('directionOf', () => {
  it.each([
    ['he', 'rtl'],
    ['fa-IR', 'rtl'],
    ['az-Arab', 'rtl'],
    ['uz-Latn', 'ltr'],
    ['pt-BR', 'ltr'],
    ['', 'ltr'],
  ])('%s: %s', (language, expected) => {
    expect(directionOf(language)).toBe(expected);
  });
});
