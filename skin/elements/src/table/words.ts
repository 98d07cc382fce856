import { localeOf, term } from '../base/terms.ts';

declare module '../base/terms.ts' {
  interface Terms {
    readonly yes: string;
    readonly no: string;
    readonly search: string;
    readonly clearFilters: string;
    readonly columns: string;
    readonly columnOptions: string;
    readonly sortUp: string;
    readonly sortDown: string;
    readonly filter: string;
    readonly contains: string;
    readonly atLeast: string;
    readonly atMost: string;
    readonly fromDay: string;
    readonly untilDay: string;
    readonly pinStart: string;
    readonly pinEnd: string;
    readonly moveEarlier: string;
    readonly moveLater: string;
    readonly wider: string;
    readonly narrower: string;
    readonly fitColumn: string;
    readonly hideColumn: string;
    readonly rowsFound: string;
    readonly loadFailed: string;
    readonly retry: string;
    readonly notSaved: string;
    readonly badValue: string;
    readonly saving: string;
    readonly details: string;
  }
}

const english = {
  table: 'Table',
  noRows: 'Nothing to show',
  noMatches: 'No matches',
  selectAll: 'Select all rows',
  selectRow: 'Select row',
  loading: 'Loading',
  previous: 'Previous',
  next: 'Next',
  pages: 'Pages',
  page: 'Page',
  yes: 'Yes',
  no: 'No',
  search: 'Search',
  clearFilters: 'Clear filters',
  columns: 'Columns',
  columnOptions: 'Options of {item}',
  rowsFound: 'Rows: #',
  loadFailed: 'Could not be loaded.',
  retry: 'Try again',
  notSaved: 'Not saved.',
  badValue: 'Not accepted.',
  saving: 'Saving',
  details: 'Details',
} as const;

/** Words of a table by itself. */
export type TableWord = keyof typeof english;

/** Words in a table's language. */
export type Say = (name: TableWord) => string;

/** Words in an element's language, each looked up once. */
export const wordsFor = (element: Element): { readonly say: Say; readonly locale: string } => {
  const known = new Map<TableWord, string>();
  const say = (name: TableWord): string => {
    let word = known.get(name);
    if (word === undefined) known.set(name, (word = term(element, name, english[name])));
    return word;
  };
  return { say, locale: localeOf(element) };
};
