import { type FindTerm, languageOf, termFinders, type Terms } from './terms.ts';

/**
 * The kit's words in a language, by their keys. Those of elements that a page may not know are in it, too: a test, not
 * the type, keeps it complete.
 */
export type TermTable = Readonly<Record<string, string>>;

const translations = new Map<string, Partial<Terms>>();

const find: FindTerm = (element, name) => {
  const tag = languageOf(element).toLowerCase();
  return translations.get(tag)?.[name] ?? translations.get(tag.split('-')[0] ?? '')?.[name];
};

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
  if (!termFinders.includes(find)) termFinders.push(find);
};

/** What has been set for exactly this language, in small letters. */
export const termsOf = (language: string): Partial<Terms> | undefined => translations.get(language);
