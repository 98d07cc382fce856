import { FencedError, UnknownRunError } from './errors.ts';
import type {
  ClaimRequest,
  Entry,
  Journal,
  RunFilter,
  RunRecord,
  SignalRecord,
  Story,
  TransactionWrite,
  Write,
} from './journal.ts';

/** What transactions of a {@link MemoryJournal} work on: plain data under keys. */
export type MemoryTransaction = Map<string, unknown>;

interface Kept {
  record: RunRecord;
  owner: string | undefined;
  entries: Entry[];
  readonly signals: { readonly signal: SignalRecord; usedAt: number | undefined }[];
}

/**
 * Journal in memory, for tests and for workflows that need not outlive their process. Several engines may share one, as
 * they would a database. Transactions work on `data`.
 */
export class MemoryJournal implements Journal<MemoryTransaction> {
  readonly grouping = 'jobs';
  readonly transactions = 'grouped';
  /** What committed transactions have written. */
  data: MemoryTransaction = new Map();
  readonly #workers = new Map<string, number>();
  readonly #runs = new Map<string, Kept>();

  open(): void {}

  register(worker: string, leaseUntil: number, takeOver: boolean): void {
    if (takeOver) for (const other of this.#workers.keys()) this.release(other);
    this.#workers.set(worker, leaseUntil);
  }

  renew(worker: string, leaseUntil: number): boolean {
    if (!this.#workers.has(worker)) return false;
    this.#workers.set(worker, leaseUntil);
    return true;
  }

  release(worker: string): void {
    this.#workers.delete(worker);
    for (const kept of this.#runs.values()) if (kept.owner === worker) kept.owner = undefined;
  }

  claim({ worker, workflows, now, limit, blocked, again }: ClaimRequest): readonly RunRecord[] {
    if (!this.#workers.has(worker)) throw new FencedError(worker);
    for (const [other, until] of this.#workers) if (until < now && other !== worker) this.release(other);
    const claimed: RunRecord[] = [];
    for (const kept of this.#runs.values()) {
      if (claimed.length === limit) break;
      const { workflow, version, status } = kept.record;
      if (status !== 'running' && !(blocked && status === 'blocked')) continue;
      if (kept.owner !== undefined && !(again && kept.owner === worker)) continue;
      if (!workflows.some((known) => known.name === workflow && known.version === version)) continue;
      kept.owner = worker;
      kept.record = { ...kept.record, status: 'running' };
      claimed.push(kept.record);
    }
    return claimed;
  }

  load(run: string): Story | undefined {
    const kept = this.#runs.get(run);
    if (kept === undefined) return undefined;
    const signals = kept.signals.filter(({ usedAt }) => usedAt === undefined).map(({ signal }) => signal);
    return { run: kept.record, entries: [...kept.entries], signals };
  }

  commit(worker: string, writes: readonly Write<MemoryTransaction>[]): ReadonlySet<string> {
    if (!this.#workers.has(worker)) throw new FencedError(worker);
    const refused = new Set<string>();
    for (const write of writes) if (!refused.has(write.run) && !this.#apply(worker, write)) refused.add(write.run);
    return refused;
  }

  #apply(worker: string, write: Write<MemoryTransaction>): boolean {
    const kept = this.#runs.get(write.run);
    if (write.type === 'create') {
      if (kept !== undefined) return false;
      this.#runs.set(write.run, { record: write.record, owner: worker, entries: [], signals: [] });
      return true;
    }
    if (kept === undefined || kept.owner !== worker) return false;
    if (write.type === 'finish') {
      const { status, outcome, at } = write;
      kept.record = { ...kept.record, status, outcome, updatedAt: at };
      kept.owner = undefined;
      return true;
    }
    const ordinal = write.type === 'append' ? write.entry.ordinal : write.ordinal;
    if (ordinal !== kept.entries.length + 1) return false;
    kept.entries.push(write.type === 'append' ? write.entry : this.#perform(write));
    if (write.type === 'append' && write.uses !== undefined)
      for (const one of kept.signals) if (one.signal.id === write.uses) one.usedAt = ordinal;
    return true;
  }

  #perform(write: TransactionWrite<MemoryTransaction>): Entry {
    const draft: MemoryTransaction = structuredClone(this.data);
    try {
      const entry = write.perform(draft);
      if (entry instanceof Promise) {
        entry.catch(() => {});
        throw new TypeError('The work of a transaction in memory must be synchronous.');
      }
      this.data = draft;
      return entry;
    } catch (error) {
      return write.refuse(error);
    }
  }

  send(signal: SignalRecord): boolean {
    const kept = this.#runs.get(signal.run);
    if (kept === undefined) throw new UnknownRunError(signal.run);
    if (kept.signals.some((one) => one.signal.id === signal.id)) return false;
    kept.signals.push({ signal, usedAt: undefined });
    return true;
  }

  pending(worker: string): readonly SignalRecord[] {
    return [...this.#runs.values()]
      .filter(({ owner }) => owner === worker)
      .flatMap(({ signals }) => signals.filter(({ usedAt }) => usedAt === undefined).map(({ signal }) => signal));
  }

  list({ workflow, status, limit = 100 }: RunFilter): readonly RunRecord[] {
    return [...this.#runs.values()]
      .map(({ record }) => record)
      .filter((record) => workflow === undefined || record.workflow === workflow)
      .filter((record) => status === undefined || record.status === status)
      .toReversed()
      .slice(0, limit);
  }

  reopen(run: string, length: number, now: number): boolean {
    const kept = this.#runs.get(run);
    if (kept === undefined) throw new UnknownRunError(run);
    if (kept.record.status === 'running') return false;
    kept.entries = kept.entries.slice(0, length);
    for (const one of kept.signals) if (one.usedAt !== undefined && one.usedAt > length) one.usedAt = undefined;
    kept.record = { ...kept.record, status: 'running', outcome: null, updatedAt: now };
    kept.owner = undefined;
    return true;
  }

  abandon(run: string, outcome: string, now: number): boolean {
    const kept = this.#runs.get(run);
    if (kept === undefined) throw new UnknownRunError(run);
    const { status } = kept.record;
    if (status !== 'parked' && status !== 'blocked') return false;
    kept.record = { ...kept.record, status: 'cancelled', outcome, updatedAt: now };
    return true;
  }

  purge(before: number, limit: number): number {
    const ended = [...this.#runs.values()]
      .map(({ record }) => record)
      .filter(({ status, updatedAt }) => ['completed', 'failed', 'cancelled'].includes(status) && updatedAt < before)
      .slice(0, limit);
    for (const { id } of ended) this.#runs.delete(id);
    return ended.length;
  }
}

/** A fresh {@link MemoryJournal}. */
export const memoryJournal = (): MemoryJournal => new MemoryJournal();
