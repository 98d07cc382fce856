/** A column of a table. */
export interface TableColumn {
  /** Property of the row that the column shows. */
  readonly key: string;
  /** Heading. */
  readonly label: string;
  /** Side on which the text stands. Default `start`. */
  readonly align?: 'start' | 'end';
  /** Whether the user can sort by it. */
  readonly sortable?: boolean;
  /** Whether its cells name their rows, for screen readers. */
  readonly rowHeader?: boolean;
  /** The cell's text; default `String(value)`, and nothing for what is absent. Never read as markup. */
  readonly format?: (value: unknown, row: object) => string;
}

/** Whether a page's value is a column at all. */
export const isColumn = (value: unknown): value is TableColumn =>
  typeof value === 'object' && value !== null && 'key' in value;

const asText = (value: unknown): string => (value === undefined || value === null ? '' : String(value));

const reported = new WeakSet<TableColumn>();

/** Text of a cell. A `format` that throws is told once, and the value shown as it is: one bad row spoils no table. */
export const cellText = (column: TableColumn, row: object): string => {
  const value: unknown = Reflect.get(row, column.key);
  try {
    return asText(column.format === undefined ? value : column.format(value, row));
  } catch (error) {
    if (!reported.has(column))
      console.error(
        `skin-table: the format of column "${column.key}" failed; its values are shown as they are.`,
        error,
      );
    reported.add(column);
    return typeof value === 'object' ? '' : asText(value);
  }
};
