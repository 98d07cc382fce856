import type { PropertyDeclarations, PropertyValues } from 'lit';
import { afterPress, isAllSelected, keysOfAll, type SelectionMode } from './selection.ts';
import { TableData } from './table-data.ts';

/** Detail of `row-activate`. */
export interface RowActivation {
  readonly row: object;
}

/** Detail of `selection-change`. */
export interface TableSelection {
  readonly keys: readonly unknown[];
  readonly rows: readonly object[];
}

const asSet = (keys: unknown): Set<unknown> => new Set(Array.isArray(keys) ? (keys as readonly unknown[]) : []);

/** Table base class: what is done to rows. They are activated, selected and opened. */
export abstract class TableRows extends TableData {
  static override properties: PropertyDeclarations = {
    activatable: { type: Boolean },
    selection: { reflect: true, useDefault: true },
    renderDetail: { attribute: false },
    selectedKeys: { attribute: false },
    expandedKeys: { attribute: false },
  };

  /** Whether rows can be activated by click or Enter. */
  declare activatable: boolean;
  /** How many rows can be selected: by Space, checkbox, or, where they can't be activated, by click. Default `none`. */
  declare selection: SelectionMode;
  /** Draws what is shown below a row when it is opened; by this, rows can be. */
  declare renderDetail: ((row: object) => unknown) | undefined;
  /** Keys of the selected rows. */
  declare selectedKeys: readonly unknown[];
  /** Keys of the rows whose details are open. */
  declare expandedKeys: readonly unknown[];

  protected selected: ReadonlySet<unknown> = new Set();
  protected expanded: ReadonlySet<unknown> = new Set();
  /** Whether all rows are selected; undefined when only some are. */
  protected allSelected: boolean | undefined = false;
  #anchor: unknown;

  constructor() {
    super();
    this.activatable = false;
    this.selection = 'none';
    this.selectedKeys = [];
    this.expandedKeys = [];
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('selectedKeys')) this.selected = asSet(this.selectedKeys);
    if (changed.has('expandedKeys')) this.expanded = asSet(this.expandedKeys);
    // Not at each pixel that is scrolled: it looks at all rows.
    if (this.selection === 'multiple' && (changed.size > 0 || this.allSelected === undefined))
      this.allSelected = isAllSelected(this.list, this.selected);
  }

  protected activate(index: number): boolean {
    const row = this.rowAt(index);
    if (!this.activatable || row === undefined) return false;
    this.emit<RowActivation>('row-activate', { row });
    return true;
  }

  #select(keys: readonly unknown[] | undefined): void {
    if (keys === undefined) return;
    this.selectedKeys = keys;
    const chosen = new Set(keys);
    const { list } = this;
    const places = Array.from({ length: list.length }, (_, at) => at).filter((at) => chosen.has(list.keyAt(at)));
    const rows = places.flatMap((at) => list.rowAt(at) ?? []);
    this.emit<TableSelection>('selection-change', { keys, rows });
  }

  protected toggle(index: number, extend: boolean): void {
    const key = this.keyAt(index);
    const { list, selection: mode } = this;
    const press = { mode, list, selected: this.selected, anchor: this.#anchor, key, extend };
    this.#anchor = key;
    if (this.rowAt(index) !== undefined) this.#select(afterPress(press));
  }

  protected extendTo(index: number, from: number): void {
    const { list, selection: mode } = this;
    if (mode !== 'multiple') return;
    if (!this.selected.has(this.#anchor)) this.#anchor = this.keyAt(from);
    const key = this.keyAt(index);
    const selected = new Set([...this.selected, this.#anchor]);
    this.#select(afterPress({ mode, list, selected, anchor: this.#anchor, key, extend: true }));
  }

  protected toggleAll(): void {
    if (this.selection === 'multiple') this.#select(this.allSelected === true ? [] : keysOfAll(this.list));
  }

  protected expand(index: number): void {
    const [key, row] = [this.keyAt(index), this.rowAt(index)];
    if (row === undefined) return;
    const open = !this.expanded.has(key);
    this.expandedKeys = open ? [...this.expanded, key] : [...this.expanded].filter((one) => one !== key);
    this.emit('row-toggle', { row, open });
  }
}
