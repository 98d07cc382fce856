import type { Draft } from './draft.ts';
import { FencedError } from './errors.ts';
import type { Journal, Write } from './journal.ts';
import type { Run } from './run.ts';
import { afterwards } from './turn.ts';

/** What a committer tells its engine. */
interface CommitterHost<Tx> {
  readonly worker: string;
  /** The journal refused a run's writes, or whether they were committed is not known: it must be read anew. */
  lost(run: Run<Tx>, error: unknown): void;
  /** The worker was fenced off. */
  fenced(error: unknown): void;
}

interface Part<Tx> {
  readonly run: Run<Tx>;
  readonly drafts: readonly Draft<Tx>[];
}

/**
 * Group commit: the writes that all runs make in one turn go to the journal as one transaction, and runs get their
 * answers when it is committed. While a commit is under way the next group gathers.
 */
export class Committer<Tx> {
  readonly #journal: Journal<Tx>;
  readonly #host: CommitterHost<Tx>;
  #dirty: Run<Tx>[] = [];
  #scheduled = false;
  #underWay = 0;
  #grouped = 0;
  readonly #idle: (() => void)[] = [];
  /** Groups committed, and writes in them. */
  readonly counters: { commits: number; writes: number } = { commits: 0, writes: 0 };

  constructor(journal: Journal<Tx>, host: CommitterHost<Tx>) {
    this.#journal = journal;
    this.#host = host;
  }

  /** The run has writes. */
  add(run: Run<Tx>): void {
    if (run.queued || run.committing) return;
    run.queued = true;
    this.#dirty.push(run);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#grouped > 0) return;
    this.#scheduled = true;
    afterwards(this.#journal.grouping, () => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const single = this.#journal.transactions === 'single';
    const parts: Part<Tx>[] = [];
    const runs = this.#dirty;
    this.#dirty = [];
    for (const run of runs) {
      run.queued = false;
      const drafts = run.drain(single);
      if (drafts.length === 0) continue;
      run.committing = true;
      if (single && drafts[0]?.type === 'transaction') this.#commit([{ run, drafts }], false);
      else parts.push({ run, drafts });
    }
    if (parts.length > 0) this.#commit(parts, true);
    else this.#rest();
  }

  #commit(parts: readonly Part<Tx>[], grouped: boolean): void {
    const writes: Write<Tx>[] = [];
    for (const { drafts } of parts) writes.push(...drafts);
    this.counters.commits += 1;
    this.counters.writes += writes.length;
    try {
      const refused = this.#journal.commit(this.#host.worker, writes);
      if (refused instanceof Promise) this.#wait(refused, parts, grouped);
      else this.#settle(parts, refused);
    } catch (error) {
      this.#lose(parts, error);
    }
    this.#rest();
  }

  #wait(result: Promise<ReadonlySet<string>>, parts: readonly Part<Tx>[], grouped: boolean): void {
    this.#underWay += 1;
    if (grouped) this.#grouped += 1;
    const end = (then: () => void): void => {
      this.#underWay -= 1;
      if (grouped) this.#grouped -= 1;
      then();
      if (this.#dirty.length > 0) this.#schedule();
      this.#rest();
    };
    result.then(
      (refused) => end(() => this.#settle(parts, refused)),
      (error: unknown) => end(() => this.#lose(parts, error)),
    );
  }

  #settle(parts: readonly Part<Tx>[], refused: ReadonlySet<string>): void {
    for (const { run, drafts } of parts) {
      run.committing = false;
      if (refused.has(run.id)) this.#host.lost(run, undefined);
      else for (const draft of drafts) run.deliver(draft);
      if (run.waiting) this.add(run);
    }
  }

  #lose(parts: readonly Part<Tx>[], error: unknown): void {
    for (const { run } of parts) run.committing = false;
    if (error instanceof FencedError) this.#host.fenced(error);
    else for (const { run } of parts) this.#host.lost(run, error);
  }

  #rest(): void {
    if (this.#underWay > 0 || this.#scheduled || this.#dirty.length > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves when nothing is left to commit. */
  async whenIdle(): Promise<void> {
    if (this.#underWay > 0 || this.#scheduled || this.#dirty.length > 0)
      await new Promise<void>((resolve) => void this.#idle.push(resolve));
  }
}
