import { loadTerms } from '../src/locale-provider/load-terms.ts';

type Updating = Element & { readonly updateComplete?: Promise<unknown> };

/** Elements beneath, with those in shadow roots. */
export const deep = (root: ParentNode): Updating[] =>
  [...root.querySelectorAll<Updating>('*')].flatMap((one) => [one, ...(one.shadowRoot ? deep(one.shadowRoot) : [])]);

/** Waits until the next frame is drawn. */
export const frame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(done));

/**
 * Whether what it shows is still to come. Who was told to say so by an attribute does for ever, and a tree waits for what
 * its page brings.
 */
const isLoading = (one: Element): boolean =>
  one instanceof HTMLImageElement
    ? !one.complete && one.loading !== 'lazy'
    : one.matches(':state(loading):not([loading], skin-tree-item)');

/**
 * Waits until a story rests: its elements are drawn, what they load lazily has come (words, fonts and images too), and
 * nothing has changed or scrolled for two frames. Who looks at a page that still changes sees what no user does; axe even fails, when
 * an element is gone that it had begun with.
 *
 * What begins only after a pause, as an editor's look at its text does, the story's own `play` must wait for.
 *
 * @param signal - Ends the waiting: the story is shown no more.
 * @throws when there is no rest within 1,200 frames, about 20 seconds; the message names what still changes.
 */
export const rest = async (stage: Element, signal?: AbortSignal): Promise<void> => {
  let changed: Node | undefined;
  const changes = new MutationObserver(([change]) => (changed = change?.target ?? changed));
  const end = new AbortController();
  const scrolled = ({ target }: Event): void => void (changed = target as Node);
  const isShown = (): boolean => signal?.aborted !== true;
  const providers = [...stage.querySelectorAll('skin-locale-provider')];
  // What can't be loaded has an English stand-in.
  await Promise.all([document.fonts.ready, ...providers.map(({ locale }) => loadTerms(locale).catch(() => false))]);
  try {
    for (let [quiet, left] = [0, 1200]; quiet < 2 && isShown(); quiet += 1, left -= 1) {
      const all = deep(stage);
      for (const root of [stage, ...all.flatMap(({ shadowRoot }) => shadowRoot ?? [])]) {
        changes.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
        root.addEventListener('scroll', scrolled, { capture: true, signal: end.signal });
      }
      await Promise.all(all.map(({ updateComplete }) => updateComplete));
      await frame();
      const busy = changed ?? all.find(isLoading);
      changed = undefined;
      if (busy === undefined) continue;
      const root = busy.getRootNode();
      const { nodeName } = root instanceof ShadowRoot ? root.host : busy;
      if (left === 0) throw new Error(`The story does not rest: ${nodeName.toLowerCase()} changes.`);
      quiet = -1;
    }
  } finally {
    changes.disconnect();
    end.abort();
  }
};
