import { palettes } from '../base/palettes.ts';
import { adoptThemes } from '../base/themes.ts';
import { themesSheet } from '../base/tokens.ts';

/** Light or dark, or as the system has it. */
export type ColorScheme = 'system' | 'light' | 'dark';

/** What a user chose. */
export interface ThemeChoice {
  readonly scheme: ColorScheme;
  /** Name of a theme; empty for the page's own. */
  readonly theme: string;
}

/** Name of the event on the document that tells of a new choice. */
export const themeEvent = 'skin-theme-change';
const schemes: readonly unknown[] = ['system', 'light', 'dark'];
const name = /^[\w-]+$/;

/** A choice of anything: what is none counts as none made. */
export const choiceOf = (value: unknown): ThemeChoice => {
  const { scheme, theme } = (typeof value === 'object' && value !== null ? value : {}) as Partial<ThemeChoice>;
  return {
    scheme: schemes.includes(scheme) ? (scheme as ColorScheme) : 'system',
    theme: typeof theme === 'string' && name.test(theme) ? theme : '',
  };
};

/** The choice that the browser keeps under a name. */
export const keptTheme = (key: string): ThemeChoice | undefined => {
  try {
    const kept = localStorage.getItem(key);
    return kept === null ? undefined : choiceOf(JSON.parse(kept));
  } catch {
    return undefined;
  }
};

/** Keeps a choice under a name, as far as the browser keeps anything. */
export const keepTheme = (key: string, choice: ThemeChoice): void => {
  try {
    localStorage.setItem(key, JSON.stringify(choice));
  } catch {
    // It holds as long as the page.
  }
};

const adopted = new WeakSet<Document>();

/** Gives a page a theme: by attributes of its root element, for which the kit brings the rules. */
export const applyTheme = (choice: ThemeChoice, page: Document = document): void => {
  const { scheme, theme } = choiceOf(choice);
  adoptThemes(page);
  const view = page.defaultView;
  if (view !== null && !adopted.has(page)) {
    adopted.add(page);
    const sheet = new view.CSSStyleSheet();
    sheet.replaceSync(`@layer skin{${themesSheet()}}`);
    page.adoptedStyleSheets.push(sheet);
  }
  const { dataset } = page.documentElement;
  if (scheme === 'system') delete dataset['theme'];
  else dataset['theme'] = scheme;
  if (theme === '') delete dataset['skinTheme'];
  else dataset['skinTheme'] = theme;
};

/** The choice that a page has in force. */
export const themeOf = ({ documentElement: { dataset } }: Document): ThemeChoice =>
  choiceOf({ scheme: dataset['theme'], theme: dataset['skinTheme'] });

/** Names of the kit's themes; the first is the one that holds where a page names none. */
export const themeNames: readonly string[] = Object.keys(palettes);

/**
 * Text of a script for the head of a page: it applies the choice that the browser keeps before anything is shown, so
 * that no page flashes. `dist/theme.js` holds it for the default name.
 *
 * @example
 * ```ts browser
 * import { themeScript } from '@organism/skin-elements/theme-switcher';
 *
 * const head = `<script>${themeScript()}</script>`;
 * console.log(head);
 * ```
 */
export const themeScript = (key: string = 'skin-theme'): string => {
  // Safe in the middle of a page: nothing in it can end the script.
  const text = JSON.stringify(key).replaceAll('<', '\\u003c');
  return `try{let c=JSON.parse(localStorage.getItem(${text})||"{}"),d=document.documentElement.dataset;/^(light|dark)$/.test(c.scheme)&&(d.theme=c.scheme);/^[\\w-]+$/.test(c.theme||"")&&(d.skinTheme=c.theme)}catch{}`;
};
