import type { RowList } from './row-list.ts';

/** How many rows can be selected. */
export type SelectionMode = 'none' | 'single' | 'multiple';

/** A press on a row: what it makes of the selection. */
export interface SelectionPress {
  readonly mode: SelectionMode;
  readonly list: RowList;
  readonly selected: ReadonlySet<unknown>;
  /** Row pressed before, where a range starts. */
  readonly anchor: unknown;
  readonly key: unknown;
  /** Whether the range up to this row is to be added. */
  readonly extend: boolean;
}

/** The keys from one row to another, both included, in the order of the table. */
const rangeOf = (list: RowList, from: unknown, to: unknown): unknown[] => {
  const [first = -1, last = -1] = [list.indexOf(from), list.indexOf(to)].sort((a, b) => a - b);
  return first < 0 ? [] : Array.from({ length: last - first + 1 }, (_, at) => list.keyAt(first + at));
};

/** Keys of all rows that are there. */
export const keysOfAll = (list: RowList): unknown[] => {
  const keys: unknown[] = [];
  for (let at = 0; at < list.length; at += 1) if (list.rowAt(at) !== undefined) keys.push(list.keyAt(at));
  return keys;
};

/** Keys that are selected after a press, or undefined where nothing can be. */
export const afterPress = (press: SelectionPress): readonly unknown[] | undefined => {
  const { mode, selected, key } = press;
  if (mode !== 'single' && mode !== 'multiple') return undefined;
  if (mode === 'single') return selected.has(key) ? [] : [key];
  const next = new Set(selected);
  const range = press.extend ? rangeOf(press.list, press.anchor, key) : [];
  if (range.length > 1) for (const each of range) next.add(each);
  else if (!next.delete(key)) next.add(key);
  return [...next];
};

/** Whether all rows are selected; undefined when only some are. */
export const isAllSelected = (list: RowList, selected: ReadonlySet<unknown>): boolean | undefined => {
  if (selected.size === 0 || list.length === 0) return false;
  let count = 0;
  for (let at = 0; at < list.length; at += 1) if (selected.has(list.keyAt(at))) count += 1;
  if (count === list.length) return true;
  return count === 0 ? false : undefined;
};
