import type { JournalPlace } from './errors.ts';
import type { Entry, EntryKind } from './journal.ts';

/** A call of the flow that waits for its answer. */
export interface Call {
  readonly position: number;
  readonly kind: EntryKind;
  readonly name: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Does what the call asks for. Never called when the journal has the answer. */
  readonly start: (call: Call) => void;
  /** Whether its answer is on its way into the journal. */
  answered: boolean;
}

/**
 * Replay cursor: gives the answers of a journal in the order in which they were given first, and none before the workflow
 * has made as many calls as it had made then. So code that only waits for its flow goes the same way again, races included.
 */
export class Replay {
  readonly #entries: readonly Entry[];
  readonly #byPosition = new Map<number, Entry>();
  #cursor = 0;

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    for (const entry of entries) if (entry.position > 0) this.#byPosition.set(entry.position, entry);
  }

  /** Whether every answer was given. */
  get done(): boolean {
    return this.#cursor === this.#entries.length;
  }

  /** The first answer that is not given yet. */
  get next(): Entry | undefined {
    return this.#entries[this.#cursor];
  }

  /** What the journal has in place of this call: nothing yet, the same, or another one. */
  compare(position: number, kind: string, name: string): 'new' | 'same' | JournalPlace {
    const entry = this.#byPosition.get(position);
    if (entry === undefined) return 'new';
    return entry.kind === kind && entry.name === name ? 'same' : entry;
  }

  /** Leaves answers out until one that fits. */
  skipTo(fits: (entry: Entry) => boolean): void {
    for (let { next } = this; next !== undefined && !fits(next); next = this.next) this.#cursor += 1;
  }

  /** The next answer, when it may be given now. */
  take(issued: number, isCalled: (position: number) => boolean): Entry | undefined {
    const entry = this.#entries[this.#cursor];
    if (entry === undefined || entry.issued > issued) return undefined;
    if (entry.position > 0 && !isCalled(entry.position)) return undefined;
    this.#cursor += 1;
    return entry;
  }
}
