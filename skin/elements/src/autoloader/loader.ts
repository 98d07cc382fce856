import { LoadErrorEvent } from './load-error-event.ts';
import { placeholderSheet } from './placeholders.ts';

export { LoadErrorEvent } from './load-error-event.ts';

/** How an autoloader finds elements and their modules. */
export interface AutoloaderOptions {
  /** Folder of the modules, `<base>/<tag>/<tag>.js`. Default: the one of this package. */
  readonly base?: string | URL;
  /** What the tags begin with. Default `skin-`. */
  readonly prefix?: string;
  /** Tags whose shadow roots are watched too. Default: `skin-form`, which draws fields of other tags. */
  readonly inside?: readonly string[];
}

/** What can be watched. */
export type AutoloaderRoot = Document | DocumentFragment | Element;

const loadable = /^[a-z][a-z\d]*(-[a-z\d]+)+$/;
let sheet: CSSStyleSheet | undefined;

/** Keeps the room of elements to come; a root that takes no sheets goes without. */
const adoptPlaceholders = (root: AutoloaderRoot): void => {
  const home = root instanceof Element ? root.getRootNode() : root;
  if (!('adoptedStyleSheets' in home)) return;
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(placeholderSheet());
  }
  const { adoptedStyleSheets } = home as Document;
  if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
};

/**
 * Loads elements as their tags appear: in the page, in what is added to it, and in each shadow root it is told of. A module
 * is loaded once. What can't be loaded is told by a {@link LoadErrorEvent} on the document, and tried again when the tag
 * next appears.
 *
 * @example
 * ```ts no-run
 * import { Autoloader } from '@organism/skin-elements/autoloader';
 *
 * const autoloader = new Autoloader({ base: '/elements/' });
 * document.addEventListener('skin-load-error', ({ tag, error }) => console.warn(tag, error));
 * autoloader.observe(document);
 * ```
 */
export class Autoloader {
  readonly #base: URL;
  readonly #prefix: string;
  readonly #inside: readonly string[];
  readonly #observer: MutationObserver;
  readonly #loading: Map<string, Promise<boolean>> = new Map();
  readonly #failures: Map<string, number> = new Map();
  #roots: WeakSet<Node> = new WeakSet();

  /** @throws {TypeError} when `base` is no address. */
  constructor({
    base = new URL('../cdn/', import.meta.url),
    prefix = 'skin-',
    inside = ['skin-form'],
  }: AutoloaderOptions = {}) {
    const url = new URL(base, document.baseURI);
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    this.#base = url;
    this.#prefix = prefix;
    this.#inside = inside;
    this.#observer = new MutationObserver((records) => {
      for (const { addedNodes } of records)
        for (const node of addedNodes) if (node instanceof Element) this.#discover(node);
    });
  }

  /** Loads what stands in a root, and what will be added to it. Watching it twice does nothing more. */
  observe(root: AutoloaderRoot = document): void {
    if (this.#roots.has(root)) return;
    this.#roots.add(root);
    adoptPlaceholders(root);
    this.#observer.observe(root, { childList: true, subtree: true });
    this.#discover(root);
  }

  /** Stops watching. What is being loaded still arrives. */
  disconnect(): void {
    this.#observer.disconnect();
    this.#roots = new WeakSet();
  }

  /**
   * Loads one element, unless it is defined or on its way.
   *
   * @returns whether it is defined now; it never throws.
   */
  load(tag: string): Promise<boolean> {
    if (!tag.startsWith(this.#prefix) || !loadable.test(tag)) return Promise.resolve(false);
    if (customElements.get(tag) !== undefined) return Promise.resolve(true);
    const running = this.#loading.get(tag) ?? this.#import(tag).finally(() => this.#loading.delete(tag));
    this.#loading.set(tag, running);
    return running;
  }

  async #import(tag: string): Promise<boolean> {
    const failures = this.#failures.get(tag) ?? 0;
    const { href } = new URL(`${tag}/${tag}.js`, this.#base);
    try {
      // A browser may remember a module that failed by its address; another fragment is another module, of the same file.
      await import(/* @vite-ignore */ /* webpackIgnore: true */ failures === 0 ? href : `${href}#${failures}`);
      if (customElements.get(tag) === undefined) throw new TypeError(`${href} does not define <${tag}>.`);
      return true;
    } catch (error) {
      this.#failures.set(tag, failures + 1);
      document.dispatchEvent(new LoadErrorEvent(tag, href, error));
      return false;
    }
  }

  #discover(root: AutoloaderRoot): void {
    const tags = new Set<string>();
    if (root instanceof Element && root.matches(':not(:defined)')) tags.add(root.localName);
    for (const { localName } of root.querySelectorAll(':not(:defined)')) tags.add(localName);
    for (const tag of tags) void this.load(tag).then(() => this.#enter(tag, root));
    for (const tag of this.#inside) if (!tags.has(tag)) this.#enter(tag, root);
  }

  #enter(tag: string, root: AutoloaderRoot): void {
    if (!this.#inside.includes(tag)) return;
    const hosts = [...root.querySelectorAll(tag)];
    if (root instanceof Element && root.localName === tag) hosts.push(root);
    for (const { shadowRoot } of hosts) if (shadowRoot !== null) this.observe(shadowRoot);
  }
}
