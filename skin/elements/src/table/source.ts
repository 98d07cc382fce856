import { keyed, type RemoteList, type RemoteOptions, type TableQuery } from './row-list.ts';

/** Rows that are asked for. */
export interface TableRequest extends TableQuery {
  /** How many to leave out. */
  readonly offset: number;
  /** How many to give at most. */
  readonly limit: number;
}

/** Rows that were asked for. */
export interface TablePage {
  readonly rows: readonly object[];
  /** How many rows there are in all; where it isn't known, as many as have come. */
  readonly total?: number;
}

/** Gives rows, piece by piece: asks a server that filters and sorts them itself. */
export type LoadRows = (request: TableRequest, options: { readonly signal: AbortSignal }) => Promise<TablePage>;

interface Block {
  readonly abort: AbortController;
  rows?: readonly object[];
  keys?: readonly unknown[];
  error?: unknown;
}

/** Blocks that are kept when others are looked at. */
const most = 60;

/** Rows of elsewhere: those that are looked at are asked for, in blocks; those passed by are not. */
export class RemoteRows implements RemoteList {
  readonly #load: LoadRows;
  readonly #options: RemoteOptions;
  readonly #size: number;
  readonly #blocks = new Map<number, Block>();
  readonly #ghosts = new Map<number, symbol>();
  #total: number | undefined;

  constructor(load: LoadRows, options: RemoteOptions) {
    this.#load = load;
    this.#options = options;
    this.#size = options.size;
  }

  /** Whether no answer has come yet. */
  get isUnknown(): boolean {
    return this.#total === undefined;
  }

  get length(): number {
    return this.#total ?? 0;
  }

  rowAt(index: number): object | undefined {
    return this.#blocks.get(Math.floor(index / this.#size))?.rows?.[index % this.#size];
  }

  keyAt(index: number): unknown {
    const block = this.#blocks.get(Math.floor(index / this.#size));
    if (block?.keys?.[index % this.#size] !== undefined) return block.keys[index % this.#size];
    let ghost = this.#ghosts.get(index);
    if (ghost === undefined) this.#ghosts.set(index, (ghost = Symbol('row to come')));
    return ghost;
  }

  indexOf(key: unknown): number {
    for (const [at, { keys }] of this.#blocks) {
      const index = keys?.indexOf(key) ?? -1;
      if (index >= 0) return at * this.#size + index;
    }
    return -1;
  }

  /** Puts a row in another's place. */
  replace(key: unknown, row: object): void {
    for (const block of this.#blocks.values()) {
      const index = block.keys?.indexOf(key) ?? -1;
      if (index >= 0) block.rows = block.rows?.with(index, row) ?? [];
    }
  }

  /** Asks for rows that are looked at, and gives up what no one looks at any more. */
  need(first: number, end: number): void {
    const from = Math.floor(Math.max(0, first) / this.#size);
    const to = Math.max(from, Math.floor((end - 1) / this.#size));
    for (const [at, block] of this.#blocks) {
      const isNear = at >= from - 1 && at <= to + 1;
      const isOver = block.rows !== undefined && this.#blocks.size > most;
      if (isNear || (block.rows !== undefined && !isOver)) continue;
      block.abort.abort();
      this.#blocks.delete(at);
    }
    for (let at = from; at <= to; at += 1) if (!this.#blocks.has(at)) void this.#ask(at);
  }

  /** Asks again for what has failed. */
  retry(): void {
    for (const [at, { error }] of this.#blocks) if (error !== undefined) this.#blocks.delete(at);
    this.#options.changed();
  }

  /** Gives up all that is on its way. */
  stop(): void {
    for (const { abort } of this.#blocks.values()) abort.abort();
  }

  async #ask(at: number): Promise<void> {
    const block: Block = { abort: new AbortController() };
    this.#blocks.set(at, block);
    const { signal } = block.abort;
    try {
      const request = { ...this.#options.query, offset: at * this.#size, limit: this.#size };
      const page = await this.#load(request, { signal });
      if (signal.aborted) return;
      const { rows, keys } = keyed(page.rows, this.#options.rowKey);
      Object.assign(block, { rows, keys });
      const end = request.offset + rows.length;
      const total = Number(page.total ?? Math.max(end, this.length) + (rows.length === this.#size ? 1 : 0));
      this.#total = Number.isFinite(total) ? Math.max(0, Math.floor(total)) : end;
      this.#options.changed();
    } catch (error) {
      if (signal.aborted) return;
      block.error = error ?? new Error('The rows could not be loaded.');
      this.#options.failed(block.error);
    }
  }
}
