import { type FindTerm, languageOf, termFinders, type Terms } from '../base/terms.ts';

/** Translates a word of the kit: its key, its English, and the language. Undefined leaves the word to the kit. */
export type TranslateTerm = (name: keyof Terms, english: string, language: string) => string | undefined;

const scopes = new Map<Element, TranslateTerm>();

const find: FindTerm = (element, name, english) => {
  if (scopes.size === 0) return undefined;
  for (
    let node: Node | null = element;
    node !== null;
    node = node instanceof ShadowRoot ? node.host : node.parentNode
  ) {
    const word = scopes.get(node as Element)?.(name, english, languageOf(element));
    if (typeof word === 'string') return word;
  }
  return undefined;
};

/** Lets an element translate the words of all that is beneath it, shadow roots too; undefined ends it. */
export const setScope = (element: Element, translate: TranslateTerm | undefined): void => {
  if (!termFinders.includes(find)) termFinders.unshift(find);
  if (translate === undefined) scopes.delete(element);
  else scopes.set(element, translate);
};

interface Updating {
  requestUpdate(): void;
}
const isUpdating = (element: unknown): element is Updating =>
  typeof (element as Partial<Updating>).requestUpdate === 'function';

/** Lets every element of the kit beneath a node say its words anew. */
export const retranslate = (root: ParentNode): void => {
  for (const element of root.querySelectorAll('*')) {
    if (isUpdating(element)) element.requestUpdate();
    if (element.shadowRoot !== null) retranslate(element.shadowRoot);
  }
};
