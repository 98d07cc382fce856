import type { PropertyDeclarations, PropertyValues } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import type { TableTendon } from './bind.ts';
import { regularColumns, type TableColumn } from './column.ts';
import { arranged, type ColumnState, type ShownColumn, type TableState } from './column-state.ts';
import { filtersOf, isActive, type TableFilter } from './filter.ts';
import type { Wording } from './format.ts';
import { LocalRows, type RemoteList, type RowList, type TableQuery } from './row-list.ts';
import { sortsOf, type TableSort } from './sort.ts';
import { VirtualRows } from './virtual.ts';
import { type Say, wordsFor } from './words.ts';

/** More rows than this are drawn only where they are seen. */
const mostDrawn = 300;
/** Rows that are asked of a source at once where there are no pages. */
const blockSize = 100;
/** Milliseconds of rest before a source is asked anew while someone types. */
const rest = 200;

/** Features that the table offers for all columns, and that each column can have its own way. */
export type ColumnFeature = 'sortable' | 'filterable' | 'resizable' | 'reorderable' | 'pinnable' | 'hideable';

/** Detail of `sort-change`. */
export interface TableSortChange {
  /** What the rows are sorted by: first by the first. Empty for the order in which they were given. */
  readonly sort: readonly TableSort[];
}

/** Detail of `filter-change`. */
export interface TableFilterChange {
  readonly filters: readonly TableFilter[];
  readonly search: string;
}

/** Table base class: which rows and columns there are, and in what order; what of it is drawn. */
export abstract class TableData extends SkinCell {
  static override properties: PropertyDeclarations = {
    columns: { attribute: false },
    tendon: { attribute: false },
    rows: { attribute: false },
    rowKey: { attribute: 'row-key' },
    sort: { attribute: false },
    filters: { attribute: false },
    search: {},
    pageSize: { type: Number, attribute: 'page-size' },
    page: { type: Number },
    rowHeight: { type: Number, attribute: 'row-height' },
    sortable: { type: Boolean },
    filterable: { type: Boolean },
    resizable: { type: Boolean },
    reorderable: { type: Boolean },
    pinnable: { type: Boolean },
    hideable: { type: Boolean },
    editable: { type: Boolean },
    states: { state: true },
    sourceError: { state: true },
    loads: { state: true },
  };

  /** The columns. Where there is a tendon, each has what its shape says of it; without any, all of the shape's are shown. */
  declare columns: readonly TableColumn[];
  /** What the table is joined to, by `bindTable`: a Bone for its columns and editors, a source of rows. */
  declare tendon: TableTendon | undefined;
  /** The rows. One that has changed comes as a new object; for rows changed in place, call `refresh`. */
  declare rows: readonly object[];
  /** Property that identifies a row. Default `id`. */
  declare rowKey: string;
  /** The order, or several, of which the first counts most; without one, rows stand as they were given. */
  declare sort: TableSort | readonly TableSort[] | undefined;
  /** What columns must hold for a row to be shown. */
  declare filters: readonly TableFilter[];
  /** Words that a row must have, each in some column. */
  declare search: string;
  /** Rows on a page; 0, the default, for all on one. */
  declare pageSize: number;
  /** The present page, from 1. */
  declare page: number;
  /** Height of each row in pixels; measured by default. */
  declare rowHeight: number | undefined;
  /** Whether the user can sort by columns that don't say otherwise. So are the next ones. */
  declare sortable: boolean;
  /** Whether columns can be filtered. */
  declare filterable: boolean;
  /** Whether columns can be made wider and narrower. */
  declare resizable: boolean;
  /** Whether columns can be moved. */
  declare reorderable: boolean;
  /** Whether columns can be kept at an edge. */
  declare pinnable: boolean;
  /** Whether columns can be hidden. */
  declare hideable: boolean;
  /** Whether cells can be edited; the editors come with a tendon. */
  declare editable: boolean;
  /** What the user has made of the columns. */
  declare protected states: readonly ColumnState[];
  declare protected sourceError: unknown;
  /** Answers of the source. */
  declare protected loads: number;

  protected all: readonly ShownColumn[] = [];
  protected shown: readonly ShownColumn[] = [];
  protected readonly virtual: VirtualRows = new VirtualRows();
  protected words: { readonly say: Say; readonly locale: string } = { say: String, locale: '' };
  /** Another number once rows are to be drawn anew. */
  protected revision = 0;
  readonly #local = new LocalRows();
  #remote: RemoteList | undefined;
  #columns: readonly TableColumn[] = [];
  #own: readonly object[] | undefined;
  #ask: ReturnType<typeof setTimeout> | undefined;
  #top: { readonly key: unknown; readonly above: number } | undefined;
  #asked = '';

  constructor() {
    super();
    this.columns = [];
    this.rows = [];
    this.rowKey = 'id';
    this.filters = [];
    this.search = '';
    this.pageSize = 0;
    this.page = 1;
    this.sortable = false;
    this.filterable = false;
    this.resizable = false;
    this.reorderable = false;
    this.pinnable = false;
    this.hideable = false;
    this.editable = false;
    this.states = [];
    this.loads = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated && this.isRemote) this.#asked = '';
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#ask);
    this.#remote?.stop();
  }

  /** Shows all rows anew, after they were changed in place; asks a source again. */
  refresh(): void {
    this.revision += 1;
    this.#own = undefined;
    this.#asked = '';
    this.requestUpdate('rows');
  }

  /** What the user has made of the table, as plain JSON; what is set is taken as far as it fits. */
  get state(): TableState {
    const { query } = this;
    const columns = this.all.map(({ key, width, pin, isHidden }) => ({
      key,
      ...(width !== undefined && { width }),
      pin,
      hidden: isHidden,
    }));
    return { columns, ...query, page: this.page, pageSize: this.pageSize };
  }
  set state(state: Partial<TableState> | undefined) {
    const { columns, ...others } = Object(state) as Partial<TableState>;
    if (Array.isArray(columns)) this.states = columns.filter((one) => Object(one) === one);
    for (const name of ['sort', 'filters', 'search', 'page', 'pageSize'] as const)
      if (name in others) Reflect.set(this, name, others[name]);
  }

  /** The rows that the filters let through, in their order; of those that are loaded piece by piece, what has come. */
  get shownRows(): readonly object[] {
    return Array.from({ length: this.list.length }, (_, at) => this.list.rowAt(at)).filter((row) => row !== undefined);
  }

  /** The columns that are shown, in their order. */
  get shownColumns(): readonly TableColumn[] {
    return this.shown.map(({ column }) => column);
  }

  protected get isRemote(): boolean {
    return typeof this.tendon?.rows === 'function';
  }

  protected get list(): RowList {
    return this.#remote ?? this.#local;
  }

  protected get query(): TableQuery {
    const search = typeof this.search === 'string' ? this.search : '';
    return { sort: sortsOf(this.sort), filters: filtersOf(this.filters).filter(isActive), search: search.trim() };
  }

  protected get isFiltered(): boolean {
    const { filters, search } = this.query;
    return filters.length > 0 || search !== '';
  }

  protected get wording(): Wording {
    const { say, locale } = this.words;
    return { locale, bool: (value) => say(value ? 'yes' : 'no') };
  }

  protected can(feature: ColumnFeature, { column }: ShownColumn): boolean {
    return column[feature] ?? this[feature];
  }

  protected canEdit({ column }: ShownColumn, row?: object): boolean {
    const editable = column.editable ?? this.editable;
    if (typeof editable !== 'function' || row === undefined) return Boolean(editable);
    try {
      return editable(row);
    } catch {
      return false;
    }
  }

  /** Rows on a page, where there are pages. */
  protected get perPage(): number {
    const size = Math.floor(Number(this.pageSize));
    return size > 0 && Number.isFinite(size) ? size : 0;
  }

  protected get pages(): number {
    return this.perPage === 0 ? 1 : Math.max(1, Math.ceil(this.list.length / this.perPage));
  }

  protected get pageNow(): number {
    return Math.max(1, Math.min(this.pages, Math.floor(Number(this.page)) || 1));
  }

  /** Place of the first row of the page. */
  protected get offset(): number {
    return this.perPage * (this.pageNow - 1);
  }

  /** Rows on this page. */
  protected get count(): number {
    const { length } = this.list;
    return this.perPage === 0 ? length : Math.max(0, Math.min(this.perPage, length - this.offset));
  }

  /** Whether only the rows that are seen are drawn. */
  protected get isVirtual(): boolean {
    return this.count > mostDrawn;
  }

  protected get isLoading(): boolean {
    return this.#remote?.isUnknown === true && this.sourceError === undefined;
  }

  protected rowAt(index: number): object | undefined {
    return this.list.rowAt(this.offset + index);
  }

  protected keyAt(index: number): unknown {
    return this.list.keyAt(this.offset + index);
  }

  /** Place of a row on this page; -1 where it isn't. */
  protected indexOf(key: unknown): number {
    const at = this.list.indexOf(key) - this.offset;
    return at >= 0 && at < this.count ? at : -1;
  }

  protected find(key: unknown): object | undefined {
    if (this.#remote === undefined) return this.#local.find(key);
    return this.#remote.rowAt(this.#remote.indexOf(key));
  }

  /** Puts a row in another's place, where it stands: what is being edited does not jump. */
  protected replace(key: unknown, row: object): void {
    const old = this.find(key);
    (this.#remote ?? this.#local).replace(key, row);
    const at = this.#remote === undefined ? this.rows.indexOf(old as object) : -1;
    if (at >= 0) this.rows = this.#own = this.rows.with(at, row);
    this.requestUpdate();
  }

  protected retry(): void {
    this.sourceError = undefined;
    this.#remote?.retry();
  }

  #takeColumns(changed: PropertyValues): void {
    const isNew = changed.has('columns') || changed.has('tendon');
    if (isNew) this.#columns = this.tendon?.columnsOf?.(this.columns) ?? regularColumns(this.columns);
    if (isNew || changed.has('states')) {
      this.all = arranged(this.#columns, this.states);
      const some = this.all.filter(({ isHidden }) => !isHidden);
      // A table without columns could not be brought back.
      this.shown = some.length > 0 ? some : this.all.slice(0, 1);
    }
  }

  #takeRemote(changed: PropertyValues): void {
    const { query, rowKey } = this;
    const size = this.perPage || blockSize;
    const asked = JSON.stringify([query, size, rowKey]);
    const isFirst = this.#remote === undefined || changed.has('tendon') || this.#asked === '';
    if (!isFirst && asked === this.#asked) return;
    this.#asked = asked;
    this.#remote?.stop();
    clearTimeout(this.#ask);
    this.sourceError = undefined;
    const failed = (error: unknown): void => {
      this.sourceError = error;
      this.emit('source-error', { error });
    };
    const start = (): void => {
      this.#remote = this.tendon?.rows?.({ query, size, rowKey, changed: () => (this.loads += 1), failed });
      this.loads += 1;
    };
    if (isFirst) start();
    else this.#ask = setTimeout(start, rest);
  }

  protected override willUpdate(changed: PropertyValues): void {
    this.words = wordsFor(this);
    this.#takeColumns(changed);
    const before = this.count;
    const isAsked = ['sort', 'filters', 'search', 'page', 'pageSize'].some((name) => changed.has(name));
    let isNew = isAsked || changed.has('rowHeight') || changed.has('loads');
    if (this.isRemote) this.#takeRemote(changed);
    else {
      this.#remote?.stop();
      this.#remote = undefined;
      const hasRows =
        (changed.has('rows') && this.rows !== this.#own) || changed.has('rowKey') || changed.has('tendon');
      if (hasRows) this.#local.take(this.rows, this.rowKey);
      if (hasRows || ['sort', 'filters', 'search', 'columns'].some((name) => changed.has(name))) {
        this.#local.arrange(this.query, this.#columns, this.wording);
        isNew = true;
      }
    }
    if (isNew || before !== this.count) {
      const height = Number(this.rowHeight);
      this.virtual.reset(this.count, height >= 16 && height <= 10_000 ? height : undefined);
      if (isAsked) this.#top = undefined;
    }
    this.setState('virtual', this.isVirtual);
  }

  /** Asks a source for the rows that are drawn. */
  protected fetch(): void {
    if (this.#remote === undefined || !this.isConnected) return;
    const { first, end } = this.isVirtual ? this.virtual.range : { first: 0, end: this.count };
    this.#remote.need(this.offset + first, this.offset + Math.max(end, first + 1));
  }

  /** Notes which row is the first that is seen, so that it stays where it is when others come in before it. */
  protected note(): void {
    const { first } = this.virtual.seen;
    this.#top = { key: this.keyAt(first), above: this.virtual.above(first) };
  }

  /** Where to scroll so that the first row that was seen stays where it was. */
  protected held(): number | undefined {
    const at = this.#top === undefined ? -1 : this.indexOf(this.#top.key);
    return at < 0 || this.#top === undefined ? undefined : this.virtual.hold(at, this.#top.above);
  }
}
