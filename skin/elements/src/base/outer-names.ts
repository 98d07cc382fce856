/** What names and what describes, as attribute and as property. */
const references = [
  ['aria-labelledby', 'ariaLabelledByElements'],
  ['aria-describedby', 'ariaDescribedByElements'],
] as const;

type Reference = (typeof references)[number];

/** The controls in a shadow root; and what has their name, but not their description. */
const controls = '#control, [aria-describedby~="note"], [role="textbox"]';
const named = '[role="listbox"], [role="dialog"]';

/** An attribute as the element's own template has it, and as it was last written here. */
interface Kept {
  readonly own: string | null;
  readonly written: string | null;
}

/** Text of an element without what stands in the host, which a <label> may be around. */
const textOf = (element: Element, host: Element): string => {
  const label = element.getAttribute('aria-label');
  if (label !== null) return label;
  const { SHOW_ELEMENT, SHOW_TEXT, FILTER_ACCEPT, FILTER_SKIP, FILTER_REJECT } = NodeFilter;
  const walker = document.createTreeWalker(element, SHOW_ELEMENT | SHOW_TEXT, (node) => {
    if (node === host) return FILTER_REJECT;
    return node instanceof Text ? FILTER_ACCEPT : FILTER_SKIP;
  });
  let text = '';
  while (walker.nextNode() !== null) text += walker.currentNode.nodeValue;
  return text.trim();
};

const withIds = (scope: Document | ShadowRoot, ids: string | null): Element[] =>
  (ids ?? '').split(/\s+/).flatMap((id) => scope.getElementById(id) ?? []);

/** What the controls in one shadow root are named and described by outside of it. */
class OuterNames {
  readonly #root: ShadowRoot;
  readonly #kept = new WeakMap<Element, Partial<Record<Reference[0], Kept>>>();
  readonly #copies = new Map<Element, HTMLElement>();
  readonly #observer = new MutationObserver(() => this.#root.host.isConnected && this.refer(this.#labels));
  #labels: readonly Element[] = [];

  constructor(root: ShadowRoot) {
    this.#root = root;
  }

  refer(labels: readonly Element[]): void {
    const { host } = this.#root;
    this.#labels = labels;
    const [names, notes] = references.map((reference) => this.#find(reference)) as [Element[], Element[]];
    if (names.length === 0) names.push(...(host.getAttribute('aria-label')?.trim() ? [host] : labels));
    this.#copy([...names, ...notes]);
    for (const control of this.#root.querySelectorAll(`${controls}, ${named}`)) {
      this.#write(control, references[0], names);
      if (!control.matches(named)) this.#write(control, references[1], notes);
    }
  }

  /** What the host refers to. */
  #find([attribute, property]: Reference): Element[] {
    const { host } = this.#root;
    if (property in host) return [...(host[property] ?? [])];
    return withIds((host as Element).getRootNode() as Document | ShadowRoot, (host as Element).getAttribute(attribute));
  }

  /** Of what can't be referred to the text is copied into the shadow root, and follows what becomes of it. */
  #copy(sources: readonly Element[]): void {
    const { host } = this.#root;
    const canRefer = references[0][1] in host;
    const far = sources.filter((source) => !canRefer || (source !== host && source.contains(host)));
    this.#observer.disconnect();
    // Other elements, set as properties, leave the attribute as it was.
    this.#observer.observe(host, { attributeFilter: references.map(([attribute]) => attribute) });
    for (const [source, copy] of this.#copies) {
      if (far.includes(source)) continue;
      copy.remove();
      this.#copies.delete(source);
    }
    for (const [at, source] of far.entries()) {
      const copy = this.#copies.get(source) ?? document.createElement('span');
      this.#copies.set(source, copy);
      copy.hidden = true;
      copy.id = `outer-${at}`;
      const text = textOf(source, host);
      if (copy.textContent !== text) copy.textContent = text;
      if (!copy.isConnected) this.#root.append(copy);
      if (source !== host) this.#observer.observe(source, { subtree: true, childList: true, characterData: true });
    }
  }

  #write(control: Element, [attribute, property]: Reference, outer: readonly Element[]): void {
    const before = control.getAttribute(attribute);
    const all = this.#kept.get(control) ?? {};
    const kept = all[attribute];
    if (outer.length === 0 && kept === undefined) return;
    const own = kept !== undefined && kept.written === before ? kept.own : before;
    if (outer.length === 0) {
      if (own === null) control.removeAttribute(attribute);
      else control.setAttribute(attribute, own);
      delete all[attribute];
      return;
    }
    // The name from outside stands in place of the element's own label, before whatever else is part of the name.
    const inner = withIds(this.#root, own).filter(({ id }) => id !== 'label');
    const elements = [...outer.map((one) => this.#copies.get(one) ?? one), ...inner];
    if (property in control) control[property] = elements;
    else (control as Element).setAttribute(attribute, elements.map(({ id }) => id).join(' '));
    all[attribute] = { own, written: (control as Element).getAttribute(attribute) };
    this.#kept.set(control, all);
  }
}

const known = new WeakMap<Element, OuterNames>();

/**
 * Names and describes the controls in an element's shadow root by what the page has for the element: what its
 * `aria-labelledby` refers to, its `aria-label`, or its <label> elements, and what its `aria-describedby` refers to. The
 * browser follows a reference out of the shadow root by itself; where it can't, and for a <label> around the element,
 * whose content is part of it, a copy of the text is kept in there.
 *
 * @see https://www.w3.org/TR/wai-aria-1.3/#idl_element_reflection
 */
export const refer = (host: Element, labels: Iterable<Node>): void => {
  const root = host.shadowRoot;
  if (root === null || !host.isConnected) return;
  let names = known.get(host);
  if (names === undefined) known.set(host, (names = new OuterNames(root)));
  names.refer([...labels].filter((one) => one instanceof Element));
};
