/**
 * Words that elements say by themselves, where no attribute gives them. `#` stands for a number, a word in braces for
 * what it names. Each element brings the English for its own; a test keeps that and the tables of other languages
 * together.
 */
export interface Terms {
  readonly close: string;
  readonly dismiss: string;
  readonly loading: string;
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
  readonly stepDone: string;
  readonly steps: string;
  readonly pages: string;
  readonly page: string;
  readonly previous: string;
  readonly next: string;
  readonly breadcrumb: string;
  readonly copy: string;
  readonly copied: string;
  readonly chooseColor: string;
  readonly badColor: string;
  readonly hue: string;
  readonly opacity: string;
  readonly saturation: string;
  readonly brightness: string;
  readonly fromScreen: string;
  readonly previousMonth: string;
  readonly nextMonth: string;
  readonly previousYear: string;
  readonly nextYear: string;
  readonly badDate: string;
  readonly tooEarly: string;
  readonly tooLate: string;
  readonly dateOff: string;
  readonly chooseDate: string;
  readonly firstDate: string;
  readonly lastDate: string;
  readonly bothDates: string;
  readonly datesInOrder: string;
  readonly chooseFirstDate: string;
  readonly chooseLastDate: string;
  readonly chooseFiles: string;
  readonly queued: string;
  readonly uploading: string;
  readonly paused: string;
  readonly uploaded: string;
  readonly uploadFailed: string;
  readonly wrongType: string;
  readonly tooLarge: string;
  readonly tooMany: string;
  readonly uploadsUnfinished: string;
  readonly pause: string;
  readonly resume: string;
  readonly retry: string;
  readonly send: string;
  readonly add: string;
  readonly formFailed: string;
  readonly least: string;
  readonly most: string;
  readonly badTime: string;
  readonly earlierTime: string;
  readonly laterTime: string;
  readonly commands: string;
  readonly mainNavigation: string;
  readonly menu: string;
  readonly contextMenu: string;
  readonly loadMore: string;
  readonly notice: string;
  readonly value: string;
  readonly scrollArea: string;
  readonly resize: string;
  readonly resizeWidth: string;
  readonly resizeHeight: string;
  readonly dragHandle: string;
  readonly dragHelp: string;
  readonly dragLifted: string;
  readonly dragMoved: string;
  readonly dragMovedTo: string;
  readonly dragDropped: string;
  readonly dragCancelled: string;
  readonly colorScheme: string;
  readonly theme: string;
  readonly system: string;
  readonly light: string;
  readonly dark: string;
  readonly leaveEditor: string;
  readonly tabLeaves: string;
  readonly find: string;
  readonly replace: string;
  readonly all: string;
  readonly matchCase: string;
  readonly regularExpression: string;
  readonly wholeWord: string;
  readonly replaceAll: string;
  readonly currentMatch: string;
  readonly onLine: string;
  readonly replacedOnLine: string;
  readonly replacedMatches: string;
  readonly goToLine: string;
  readonly go: string;
  readonly fold: string;
  readonly unfold: string;
  readonly folded: string;
  readonly unfolded: string;
  readonly to: string;
  readonly foldedCode: string;
  readonly completions: string;
  readonly diagnostics: string;
  readonly noDiagnostics: string;
  readonly controlCharacter: string;
  readonly selectionDeleted: string;
  readonly formatting: string;
  readonly headingLevel: string;
  readonly bold: string;
  readonly italic: string;
  readonly underline: string;
  readonly strikethrough: string;
  readonly inlineCode: string;
  readonly bulletList: string;
  readonly numberedList: string;
  readonly quote: string;
  readonly codeBlock: string;
  readonly linkTool: string;
  readonly undo: string;
  readonly redo: string;
  readonly linkAddress: string;
  readonly apply: string;
  readonly removeLink: string;
  readonly badAddress: string;
  readonly code: string;
  readonly toDo: string;
}

/** Language of an element: the nearest `lang`, across shadow roots, else the browser's; whatever it says. */
export const languageOf = (element: Element): string => {
  const holder = element.closest('[lang]:not([lang=""])');
  if (holder !== null) return holder.getAttribute('lang') ?? '';
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? languageOf(root.host) : navigator.language;
};

/**
 * Locale of an element for `Intl` (a BCP 47 tag): the nearest `lang`, across shadow roots, else the browser's. What is no
 * such tag counts as none, also of a browser that takes its own from a system without languages (`C`).
 */
export const localeOf = (element: Element): string => {
  const language = languageOf(element);
  try {
    Intl.getCanonicalLocales(language);
    return language;
  } catch {
    // Undetermined: `Intl` takes what the browser has by default.
    return 'und';
  }
};

/** Finds a word for an element, or undefined to leave it to the next who may know it. */
export type FindTerm = (element: Element, name: keyof Terms, english: string) => string | undefined;

/** Who is asked for words, in this order: providers around an element, then what the page has set. */
export const termFinders: FindTerm[] = [];

/** A word in an element's language, or else in English. Each element brings the English for its own. */
export const term = (element: Element, name: keyof Terms, english: string): string => {
  for (const find of termFinders) {
    const word = find(element, name, english);
    if (word !== undefined) return word;
  }
  return english;
};
