import { setTerms, termsOf, type TermTable } from '../base/translations.ts';

const loaders: Readonly<Record<string, () => Promise<TermTable>>> = {
  ar: async () => (await import('./locales/ar.ts')).ar,
  de: async () => (await import('./locales/de.ts')).de,
  en: async () => (await import('./locales/en.ts')).en,
  ja: async () => (await import('./locales/ja.ts')).ja,
};
const loaded = new Map<string, Promise<boolean>>();

/** The languages that the kit brings words in. */
export const termLanguages: readonly string[] = Object.keys(loaders);

/**
 * Loads the kit's words in a language: Arabic, English, German or Japanese. `de-AT` finds the German ones. What a page
 * has set by `setTerms` is kept.
 *
 * @returns whether the kit has words in that language.
 * @throws when they could not be loaded; the next call tries again.
 */
export const loadTerms = (language: string): Promise<boolean> => {
  const key = language.toLowerCase().split('-')[0] ?? '';
  const load = Object.hasOwn(loaders, key) ? loaders[key] : undefined;
  if (load === undefined) return Promise.resolve(false);
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const loading = load().then(
    (terms) => {
      setTerms(key, { ...terms, ...termsOf(key) });
      return true;
    },
    (error: unknown) => {
      loaded.delete(key);
      throw error;
    },
  );
  loaded.set(key, loading);
  return loading;
};
