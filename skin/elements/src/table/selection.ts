/** How many rows can be selected. */
export type SelectionMode = 'none' | 'single' | 'multiple';

/** The keys from one row to another, both included, in the order of the table. */
export const rangeOf = (keys: readonly unknown[], from: unknown, to: unknown): readonly unknown[] => {
  const [first = -1, last = -1] = [keys.indexOf(from), keys.indexOf(to)].sort((a, b) => a - b);
  return first < 0 ? [to] : keys.slice(first, last + 1);
};

/** A press on a row: what it makes of the selection. */
export interface SelectionPress {
  readonly mode: SelectionMode;
  readonly keys: readonly unknown[];
  readonly selected: ReadonlySet<unknown>;
  /** Row pressed before, where a range starts. */
  readonly anchor: unknown;
  readonly key: unknown;
  /** Whether the range up to this row is to be added. */
  readonly extend: boolean;
}

/** Keys that are selected after a press, or undefined where nothing can be. */
export const afterPress = (press: SelectionPress): readonly unknown[] | undefined => {
  const { mode, selected, key } = press;
  if (mode === 'none') return undefined;
  if (mode === 'single') return selected.has(key) ? [] : [key];
  const next = new Set(selected);
  const range = press.extend ? rangeOf(press.keys, press.anchor, key) : [];
  if (range.length > 1) for (const each of range) next.add(each);
  else if (!next.delete(key)) next.add(key);
  return [...next];
};
