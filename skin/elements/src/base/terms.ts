/** Words that elements say by themselves, where no attribute gives them. `#` stands for a number. */
export interface Terms {
  readonly close: string;
  readonly dismiss: string;
  readonly loading: string;
  readonly notifications: string;
  readonly noRows: string;
  readonly table: string;
  readonly selectAll: string;
  readonly selectRow: string;
  readonly tooShort: string;
  readonly tooLong: string;
  readonly newTab: string;
  readonly skip: string;
  readonly showPassword: string;
  readonly clear: string;
  readonly ok: string;
  readonly cancel: string;
  readonly remove: string;
  readonly noMatches: string;
  readonly stars: string;
  readonly done: string;
  readonly steps: string;
  readonly pages: string;
  readonly page: string;
  readonly previous: string;
  readonly next: string;
  readonly breadcrumb: string;
  readonly copy: string;
  readonly copied: string;
}

const translations = new Map<string, Partial<Terms>>();

/**
 * Translates the elements' own words into a language, for the whole page. `de` also serves `de-AT`; words left out stay
 * English. Elements use it when they next render, so call it before they are first shown.
 *
 * @example
 * ```ts browser
 * import { setTerms } from '@organism/skin-elements';
 * setTerms('de', { close: 'Schließen', dismiss: 'Ausblenden' });
 * ```
 */
export const setTerms = (language: string, terms: Partial<Terms>): void => {
  const key = language.toLowerCase();
  translations.set(key, { ...translations.get(key), ...terms });
};

/** Language of an element (a BCP 47 tag): the nearest `lang`, across shadow roots, else the browser's. */
export const localeOf = (element: Element): string => {
  const holder = element.closest('[lang]:not([lang=""])');
  if (holder !== null) return holder.getAttribute('lang') ?? '';
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? localeOf(root.host) : navigator.language;
};

/** A word in an element's language, or else in English. Each element brings the English for its own. */
export const term = (element: Element, name: keyof Terms, english: string): string => {
  const tag = localeOf(element).toLowerCase();
  return translations.get(tag)?.[name] ?? translations.get(tag.split('-')[0] ?? '')?.[name] ?? english;
};
