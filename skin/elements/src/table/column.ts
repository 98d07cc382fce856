import type { SelectOption } from '../base/options.ts';
import { inWords } from '../form/schema.ts';

/** What a column holds: how its values are shown, sorted, filtered and edited. */
export type ColumnType = 'text' | 'number' | 'boolean' | 'date' | 'datetime' | 'time' | 'choice';

/** A column of a table. */
export interface TableColumn {
  /** Property of the row that the column shows; a dot leads into what is nested (`site.country`). */
  readonly key: string;
  /** Heading; by default the Bone's label, else the key in words. */
  readonly label?: string;
  /** Side on which the text stands. Default `end` for numbers, else `start`. */
  readonly align?: 'start' | 'end';
  /** What it holds; by default what the Bone says, else each value is taken for what it is. */
  readonly type?: ColumnType;
  /** Whether the user can sort by it; as the table has it by default. So are the next ones. */
  readonly sortable?: boolean;
  readonly filterable?: boolean;
  readonly resizable?: boolean;
  readonly reorderable?: boolean;
  readonly pinnable?: boolean;
  readonly hideable?: boolean;
  /** Whether its cells can be edited, or those of some rows. */
  readonly editable?: boolean | ((row: object) => boolean);
  /** Whether its cells name their rows, for screen readers. */
  readonly rowHeader?: boolean;
  /** Pixels; by default what it needs. */
  readonly width?: number;
  /** Pixels that it is never narrower than. Default 48. */
  readonly minWidth?: number;
  /** Pixels that the user can't make it wider than. */
  readonly maxWidth?: number;
  /** Edge at which it stays while others scroll. */
  readonly pin?: 'start' | 'end';
  /** Whether it is not shown at first. */
  readonly hidden?: boolean;
  /** What can be chosen, in the order by which it is sorted. */
  readonly options?: readonly (string | number | SelectOption)[];
  /** The cell's text; by default by type, and nothing for what is absent. Never read as markup. */
  readonly format?: (value: unknown, row: object) => string;
  /** How `Intl` shows numbers and dates. */
  readonly formatOptions?: Intl.NumberFormatOptions & Intl.DateTimeFormatOptions;
  /** The cell's content where text isn't enough: a template or an element. The text still sorts and filters. */
  readonly render?: (value: unknown, row: object) => unknown;
  /** Orders two values; by type by default. */
  readonly compare?: (a: unknown, b: unknown) => number;
  /** Whether an edited cell must be filled in. */
  readonly required?: boolean;
  /** Whether one that is left empty becomes null. */
  readonly isNullable?: boolean;
  /** Rules for what is entered, in JSON Schema's words: `minimum`, `maxLength`, `pattern` … */
  readonly rules?: Readonly<Record<string, unknown>>;
  /** Says what is wrong with an entered value; nothing when it is right. */
  readonly check?: (value: unknown, row: object) => string | undefined | Promise<string | undefined>;
}

/** Whether a page's value is a column at all. */
export const isColumn = (value: unknown): value is TableColumn =>
  typeof value === 'object' && value !== null && 'key' in value;

/** Whatever a page sets as columns, made regular: what is none, or has the key of another, is left out. */
export const regularColumns = (columns: unknown): readonly TableColumn[] => {
  const seen = new Set<unknown>();
  return (Array.isArray(columns) ? (columns as readonly unknown[]) : [])
    .filter(isColumn)
    .filter(({ key }) => !seen.has(key) && seen.add(key));
};

/** A column's heading in plain text. */
export const labelOf = ({ key, label }: TableColumn): string => String(label ?? inWords(String(key)));

/** What a row has in a column. A getter that throws gives nothing: one bad row spoils no table. */
export const valueAt = (row: object, { key }: TableColumn): unknown => {
  try {
    if (key in row || typeof key !== 'string' || !key.includes('.')) return Reflect.get(row, key);
    return key
      .split('.')
      .reduce<unknown>((at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined), row);
  } catch {
    return undefined;
  }
};
