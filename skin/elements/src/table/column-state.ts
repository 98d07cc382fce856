import { labelOf, type TableColumn } from './column.ts';
import type { TableFilter } from './filter.ts';
import type { TableSort } from './sort.ts';

/** What the user has made of one column. */
export interface ColumnState {
  readonly key: string;
  readonly width?: number;
  readonly pin?: 'start' | 'end' | '';
  readonly hidden?: boolean;
}

/** What the user has made of a table: plain JSON, to be kept and given back. */
export interface TableState {
  /** In their order. */
  readonly columns: readonly ColumnState[];
  readonly sort: readonly TableSort[];
  readonly filters: readonly TableFilter[];
  readonly search: string;
  readonly page: number;
  readonly pageSize: number;
}

/** A column as it is shown. */
export interface ShownColumn {
  readonly column: TableColumn;
  readonly key: string;
  readonly label: string;
  readonly pin: 'start' | 'end' | '';
  readonly width: number | undefined;
  readonly isHidden: boolean;
  readonly isNumeric: boolean;
}

const widthIn = (width: unknown, { minWidth, maxWidth }: TableColumn): number | undefined => {
  const number = Number(width ?? Number.NaN);
  return Number.isFinite(number)
    ? Math.round(Math.max(Number(minWidth) || 48, Math.min(Number(maxWidth) || 2000, number)))
    : undefined;
};

/** All columns, as the user has them: ordered, those that are pinned at their edges. New ones stand where they are given. */
export const arranged = (columns: readonly TableColumn[], states: readonly ColumnState[]): readonly ShownColumn[] => {
  const places = new Map(states.map(({ key }, at) => [key, at]));
  let last = -1;
  const all = columns.map((column) => {
    const key = String(column.key);
    const state = states[places.get(key) ?? -1];
    last = places.get(key) ?? last + 1e-6;
    const pin = state?.pin ?? column.pin;
    const isNumeric = column.align === undefined ? column.type === 'number' : column.align === 'end';
    return {
      at: last,
      shown: {
        column,
        key,
        label: labelOf(column),
        pin: pin === 'start' || pin === 'end' ? pin : '',
        width: widthIn(state?.width ?? column.width, column),
        isHidden: (state?.hidden ?? column.hidden) === true,
        isNumeric,
      } satisfies ShownColumn,
    };
  });
  const edge = ({ pin }: ShownColumn): number => (pin === 'start' ? -1 : pin === 'end' ? 1 : 0);
  return all.sort((a, b) => edge(a.shown) - edge(b.shown) || a.at - b.at).map(({ shown }) => shown);
};

/** The states of columns, after one of them was changed. */
export const changed = (all: readonly ShownColumn[], key: string, change: Partial<ColumnState>): ColumnState[] =>
  all.map((one) => ({
    key: one.key,
    ...(one.width !== undefined && { width: one.width }),
    pin: one.pin,
    hidden: one.isHidden,
    ...(one.key === key && change),
  }));

/** The states, after a column has gone to the place of another; it is then pinned as that one. */
export const moved = (all: readonly ShownColumn[], key: string, to: string): ColumnState[] => {
  const target = all.find((one) => one.key === to);
  const states = changed(all, key, { pin: target?.pin ?? '' });
  const from = states.findIndex((one) => one.key === key);
  const at = states.findIndex((one) => one.key === to);
  const [state] = states.splice(from, 1);
  if (state !== undefined && at >= 0) states.splice(at, 0, state);
  return states;
};

/** Widths in pixels of columns that together fill some room: those without one share what is left, by what they need. */
export const fill = (shown: readonly ShownColumn[], needed: ReadonlyMap<string, number>, room: number): number[] => {
  const need = ({ column, key, width }: ShownColumn): number =>
    width ?? widthIn(Math.min(needed.get(key) ?? 140, 420), column) ?? 140;
  const sum = shown.reduce((all, one) => all + need(one), 0);
  const free = shown.filter(({ width }) => width === undefined).reduce((all, one) => all + need(one), 0);
  const rest = Math.max(0, room - sum);
  return shown.map((one) =>
    one.width === undefined && free > 0 ? Math.floor(need(one) * (1 + rest / free)) : need(one),
  );
};
