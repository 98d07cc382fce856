/** The element with an id, which the page is known to have. */
export function byId(id: string): HTMLElement;
export function byId<K extends keyof HTMLElementTagNameMap>(id: string, tag: K): HTMLElementTagNameMap[K];
export function byId(id: string, tag?: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null || (tag !== undefined && element.localName !== tag))
    throw new Error(`The page has no <${tag ?? 'element'} id="${id}">.`);
  return element;
}

/** An element with text in it; text is never read as markup. */
export const textElement = <K extends keyof HTMLElementTagNameMap>(tag: K, text: string): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
};

/** The same with a direction of its own: names and sentences keep theirs, whatever the page's is. */
export const isolatedElement = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text: string,
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  element.append(textElement('bdi', text));
  return element;
};
