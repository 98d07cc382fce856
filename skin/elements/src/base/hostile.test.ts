import { describe, expect, it } from 'vitest';
import * as kit from '../index.ts';

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
];

/** What a page can set: no internal state. */
const propertiesOf = (element: Element): string[] => {
  const { elementProperties } = element.constructor as unknown as {
    elementProperties: Map<string, { readonly state?: boolean }>;
  };
  return [...elementProperties].filter(([, { state }]) => state !== true).map(([name]) => name);
};
// Setting these opens a modal, which is tested by itself.
const skipped = new Set(['open']);

type Updating = HTMLElement & { updateComplete: Promise<unknown> };

describe.each(tags)('%s', (tag) => {
  it('takes hostile and wrong values in every property, and runs no script', async () => {
    const element = document.createElement(tag) as Updating;
    document.body.replaceChildren(element);
    await element.updateComplete;
    for (const name of propertiesOf(element).filter((one) => !skipped.has(one))) {
      const before: unknown = Reflect.get(element, name);
      for (const value of hostile) {
        Reflect.set(element, name, value);
        await element.updateComplete;
        expect([name, element.shadowRoot?.querySelector('script, img[onerror], [href^="javascript" i]')]).toEqual([
          name,
          null,
        ]);
      }
      Reflect.set(element, name, before);
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
});

it('covers the kit', () => {
  expect(tags.length).toBeGreaterThan(50);
});
