import { LitElement, ReactiveElement } from 'lit';

/** What an element asks of its place in the page while it renders. On a server it stands nowhere, and holds nothing. */
const nowhere: Readonly<Record<string, unknown>> = {
  children: [],
  childNodes: [],
  textContent: '',
  isConnected: false,
  matches: () => false,
  closest: () => null,
  contains: () => false,
  querySelector: () => null,
  querySelectorAll: () => [],
  getRootNode: () => nowhere,
};

/**
 * Lets the elements render on a server with `@lit-labs/ssr`: fills in what its DOM lacks, and does nothing where there is a
 * DOM. Call it before the first render.
 *
 * @example
 * ```ts no-run
 * import '@organism/skin-elements';
 * import { prepareServer } from '@organism/skin-elements/server';
 *
 * prepareServer();
 * ```
 * @see {@link https://lit.dev/docs/ssr/overview/}
 */
export const prepareServer = (): void => {
  const base = Object.getPrototypeOf(ReactiveElement.prototype) as object;
  for (const [name, value] of Object.entries(nowhere))
    if (!(name in base) && !(name in LitElement.prototype))
      Object.defineProperty(base, name, { value, configurable: true, writable: true });
  const globals = globalThis as { HTMLTableRowElement?: unknown };
  globals.HTMLTableRowElement ??= class extends ReactiveElement {};
};
