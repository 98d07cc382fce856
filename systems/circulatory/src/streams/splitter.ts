import { StreamOverflowError } from './errors.ts';
import { Intake } from './intake.ts';
import type { Bounds } from './options.ts';
import { Outlet } from './outlet.ts';
import type { Source } from './source.ts';
import type { StageOptions } from './stage.ts';

/** One of several readers of a source. */
export class Branch<T> extends Outlet<T> {
  readonly #splitter: Pick<Splitter<unknown>, 'ask' | 'left'>;
  readonly #bounds: Bounds;
  readonly #what: string;

  constructor(splitter: Pick<Splitter<unknown>, 'ask' | 'left'>, bounds: Bounds, what: string, stage: StageOptions) {
    super(stage);
    this.#splitter = splitter;
    this.#bounds = bounds;
    this.#what = what;
  }

  /** Whether its reader waits for a value. */
  get isWaiting(): boolean {
    return this.isHungry;
  }

  /** Whether it makes the source wait. */
  get isFull(): boolean {
    return this.#bounds.overflow === 'wait' && this.waiting >= this.#bounds.capacity;
  }

  /** Whether it takes values at all. */
  get isOpen(): boolean {
    return !this.hasEnded && !this.isLast;
  }

  /** A value for its reader; a full buffer does as its policy says. */
  give(value: T): void {
    const { capacity, overflow } = this.#bounds;
    if (this.waiting >= capacity && overflow !== 'wait') {
      if (overflow === 'drop-newest') return;
      if (overflow === 'error') {
        this.end({ error: new StreamOverflowError(this.#what, capacity) });
        this.#splitter.left();
        return;
      }
      this.unput();
    }
    this.put(value);
  }

  /** No more values. */
  end(last: { readonly error?: unknown }): void {
    this.finish(last);
  }

  protected override wanted(): void {
    this.#splitter.ask();
  }

  protected override taken(): void {
    this.#splitter.ask();
  }

  protected override close(): Promise<void> | undefined {
    return this.#splitter.left();
  }
}

/** What a {@link Splitter} looks at in a branch. */
export type BranchState = Pick<Branch<unknown>, 'isOpen' | 'isFull' | 'isWaiting' | 'end'>;

/** How a {@link Splitter} works. */
export interface Split<T> {
  /** Hands a value to branches. */
  route(value: T): void;
  /** Those that there are. */
  branches(): Iterable<BranchState>;
  /** Whether to read on without a reader that waits, as long as there is room. */
  readonly isEager: boolean;
}

/** Reads one source for several branches: while one of them waits and none is full, or ahead of them if it is eager. */
export class Splitter<T> {
  readonly #intake: Intake<T>;
  readonly #split: Split<T>;

  constructor(source: Source<T>, split: Split<T>) {
    this.#split = split;
    this.#intake = new Intake(source, {
      value: (value) => this.#route(value),
      end: () => this.#end({}),
      error: (error) => this.#end({ error }),
    });
  }

  #route(value: T): void {
    try {
      this.#split.route(value);
    } catch (error) {
      this.#end({ error });
      void this.#intake.close().catch(() => {});
      return;
    }
    this.ask();
  }

  #end(last: { readonly error?: unknown }): void {
    for (const branch of this.#split.branches()) branch.end(last);
  }

  /** Reads on if it is time to. */
  ask(): void {
    let isWanted = this.#split.isEager;
    for (const branch of this.#split.branches()) {
      if (!branch.isOpen) continue;
      if (branch.isFull) return;
      isWanted ||= branch.isWaiting;
    }
    if (isWanted) this.#intake.ask();
  }

  /** A branch has no reader any more. Closes the source when it was the last. */
  left(): Promise<void> | undefined {
    for (const branch of this.#split.branches())
      if (branch.isOpen) {
        this.ask();
        return undefined;
      }
    return this.#intake.close();
  }
}
