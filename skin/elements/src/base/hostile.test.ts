import { describe, expect, it } from 'vitest';
import * as kit from '../all.ts';

// Every element of the kit: its classes are what index.ts exports.
const isElementClass = (one: unknown): one is CustomElementConstructor =>
  typeof one === 'function' && one.prototype instanceof HTMLElement;
const tags = Object.values<unknown>({ ...kit })
  .filter(isElementClass)
  .map((one) => {
    try {
      return new one().localName;
    } catch {
      // A base class stands for no tag.
      return '';
    }
  })
  .filter((tag) => tag !== '')
  .sort();

const hostile: readonly unknown[] = [
  '<img src=x onerror="window.hacked=1">',
  '"><script>window.hacked=1</script>',
  'javascript:window.hacked=1',
  '\u202E\u0000\uD800',
  '9'.repeat(400),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  null,
  undefined,
  [],
  [null, 1, {}],
  {},
  true,
  10n ** 30n,
  () => 'called',
  new Date(Number.NaN),
  new Map([[1, 2]]),
  [[[]], 'text', -1.5, () => {}, new Date(Number.NaN)],
  // Symbols, of which nothing can be made, native elements refuse, too.
];

/** What a page can set: no internal state. */
const propertiesOf = (element: Element): string[] => {
  const { elementProperties } = element.constructor as unknown as {
    elementProperties: Map<string, { readonly state?: boolean }>;
  };
  return [...elementProperties].filter(([, { state }]) => state !== true).map(([name]) => name);
};

type Updating = HTMLElement & { updateComplete: Promise<unknown> };

/** What a script in a text would leave behind, and what would run one: of the page's own nodes none. */
const scripts = (element: Element): Element | null | undefined =>
  element.shadowRoot?.querySelector('script, [onerror], [onload], [href^="javascript" i], [src^="javascript" i]');
/** The texts of the list, as attributes have them. */
const texts = hostile.filter((one): one is string => typeof one === 'string');

describe.each(tags)('%s', (tag) => {
  it('takes hostile and wrong values in every property, and runs no script', async () => {
    const element = document.createElement(tag) as Updating;
    document.body.replaceChildren(element);
    await element.updateComplete;
    for (const name of propertiesOf(element)) {
      const before: unknown = Reflect.get(element, name);
      for (const value of hostile) {
        Reflect.set(element, name, value);
        await element.updateComplete;
        expect([name, scripts(element)]).toEqual([name, null]);
      }
      Reflect.set(element, name, before);
      await element.updateComplete;
    }
    expect('hacked' in window).toBe(false);
  });

  it('takes hostile texts in every attribute', async () => {
    const { observedAttributes } = customElements.get(tag) as unknown as { observedAttributes: readonly string[] };
    const element = document.createElement(tag) as Updating;
    document.body.replaceChildren(element);
    for (const text of texts) {
      for (const name of observedAttributes) element.setAttribute(name, text);
      await element.updateComplete;
      expect([text, scripts(element)]).toEqual([text, null]);
      for (const name of observedAttributes) element.removeAttribute(name);
      await element.updateComplete;
    }
    expect('hacked' in window).toBe(false);
  });

  it('takes children that it does not expect, in every slot, and none at all', async () => {
    const element = document.createElement(tag) as Updating;
    element.setAttribute('label', 'Label');
    document.body.replaceChildren(element);
    await element.updateComplete;
    const slots = [...(element.shadowRoot?.querySelectorAll('slot') ?? [])].map(({ name }) => name);
    for (const text of texts)
      for (const slot of new Set(['', 'nobody', ...slots])) {
        const child = Object.assign(document.createElement('b'), { slot, textContent: text });
        const option = Object.assign(document.createElement('option'), { slot, textContent: text, value: text });
        const own = Object.assign(document.createElement(tag), { slot });
        element.replaceChildren(text, document.createComment(text), child, option, own);
        await element.updateComplete;
        await new Promise((done) => requestAnimationFrame(done));
        expect([text, scripts(element)]).toEqual([text, null]);
        element.replaceChildren();
        await element.updateComplete;
      }
    expect('hacked' in window).toBe(false);
  });

  it('can be taken away before it has rendered, moved, and put back', async () => {
    const element = document.createElement(tag) as Updating;
    document.body.replaceChildren(element);
    element.remove();
    const other = document.createElement('div');
    other.append(element);
    document.body.replaceChildren(other);
    await element.updateComplete;
    document.body.append(element);
    await element.updateComplete;
    expect(element.isConnected && element.shadowRoot !== null).toBe(true);
  });

  it('can be taken away in the middle of what it does, and put back', async () => {
    const element = document.createElement(tag) as Updating & { open?: boolean; loading?: boolean };
    element.append('Text');
    document.body.replaceChildren(element);
    await element.updateComplete;
    for (const name of ['open', 'loading', 'checked', 'active', 'value'] as const)
      if (name in element) Reflect.set(element, name, name === 'value' ? '40' : true);
    await element.updateComplete;
    // In the middle of opening, fading or moving, if it does any of that.
    await new Promise((done) => requestAnimationFrame(done));
    element.remove();
    await element.updateComplete;
    await new Promise((done) => requestAnimationFrame(done));
    expect(document.querySelectorAll(':modal, :popover-open').length).toBe(0);
    expect([document.body.style.overflow, document.documentElement.style.overflow]).toEqual(['', '']);
    document.body.append(element);
    await element.updateComplete;
    expect(element.isConnected).toBe(true);
    element.remove();
  });
});

it('covers the kit', () => {
  expect(tags.length).toBeGreaterThan(85);
});
