import { labelOf, type TableColumn, valueAt } from './column.ts';
import { cellText, type Wording } from './format.ts';

/** A spreadsheet would run these as a formula. @see https://owasp.org/www-community/attacks/CSV_Injection */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

const cell = (text: string, isNumber: boolean): string => {
  const safe = !isNumber && formula.test(text) ? `'${text}` : text;
  return /[",\r\n\t]|^'/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/**
 * Rows as CSV, with a line of headings. Numbers stand as they are; what a spreadsheet would run as a formula begins with
 * an apostrophe. `shownRows` and `shownColumns` of a table are what its user sees.
 *
 * @see RFC 4180
 */
export const tableCsv = (
  rows: readonly object[],
  columns: readonly TableColumn[],
  { locale = 'en', bool = String }: Partial<Wording> = {},
): string => {
  const lines = rows.map((row) =>
    columns.map((column) => {
      const value = valueAt(row, column);
      // As it is: a program that reads it knows no thousands of ours.
      const isNumber = typeof value === 'number' && Number.isFinite(value) && typeof column.format !== 'function';
      return cell(isNumber ? String(value) : cellText(column, row, { locale, bool }), isNumber);
    }),
  );
  const head = columns.map((column) => cell(labelOf(column), false));
  return [head, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
};
