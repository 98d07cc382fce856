import { callAll, deliverAtOnce, deliverInTurn, type Sink } from './deliver.ts';
import { type Entry, gone, placeOf } from './entry.ts';
import type { AnyListener, Listener, TopicInfo } from './listener.ts';

interface Lists {
  readonly calls: AnyListener[];
  readonly entries: Entry[];
}

/** What a roster needs of its topic. */
export interface RosterHost {
  /** How many values were given out. */
  readonly emitted: number;
  /** Told of the list to walk, whenever another takes its place, and whether walks must be counted from now on. */
  onChange(calls: AnyListener[], isCareful: boolean): void;
}

/**
 * The listeners of one topic, in the order in which they are called.
 *
 * An emit walks over the list without a copy, and without saying when it is done: a counter of walks costs 5 to 10 %
 * (benchmark nervous.emit, mixed). So at the first change after a value it is not known whether that value is still being
 * given out. Then the roster turns careful until the next microtask, when no walk can be under way: the list that may be
 * walked is set aside, and further walks are counted. A listener that goes is replaced, in every list that is being walked,
 * by a function that does nothing. Where that leaves holes, they are closed when the walk is over.
 */
export class Roster<T> {
  readonly #host: RosterHost;
  #calls: AnyListener[] = [];
  #entries: Entry[] = [];
  /** Lists that may still be walked, though others have taken their place. */
  #walked: Lists[] = [];
  #holes = 0;
  /** How many values had been given out when last it was certain that no walk was under way. */
  #rested = 0;
  /** Counted walks that are under way. */
  #depth = 0;
  #isCareful = false;

  constructor(host: RosterHost) {
    this.#host = host;
    this.#tell();
  }

  /** How many listeners there are. */
  get size(): number {
    return this.#entries.length - this.#holes;
  }

  /** The subscriptions, in order. */
  get entries(): readonly Entry[] {
    return this.#entries.filter((_entry, place) => this.#calls[place] !== gone);
  }

  /** Calls everybody, counted. Returns how many there were. */
  call(value: T, topic: TopicInfo, sink: Sink): number {
    this.#close();
    const holes = this.#holes;
    this.#depth += 1;
    try {
      return callAll(this.#calls as unknown as readonly Listener<T>[], value, topic, sink) - holes;
    } finally {
      this.#depth -= 1;
    }
  }

  /** Calls everybody, and waits for those that are asynchronous. Resolves with how many did not fail. */
  deliver(value: T, topic: TopicInfo, sink: Sink, concurrency: number | undefined): Promise<number> {
    this.#close();
    this.#depth += 1;
    try {
      return concurrency === undefined || concurrency >= this.size
        ? deliverAtOnce(this.#calls as unknown as readonly Listener<T>[], value, topic, sink)
        : deliverInTurn(this.entries, concurrency, value, topic, sink);
    } finally {
      this.#depth -= 1;
    }
  }

  /** Takes in a subscription, behind those of the same priority that are older. */
  add(entry: Entry): void {
    this.#beforeChange();
    const place = placeOf(entry, this.#entries);
    // Behind the end of a walk it disturbs nobody.
    if (this.#depth > 0 && place < this.#entries.length) this.#setAside();
    this.#entries.splice(place, 0, entry);
    this.#calls.splice(place, 0, entry.call);
  }

  /** Takes away a subscription, from walks under way too. Returns whether it was there. */
  remove(entry: Entry): boolean {
    this.#beforeChange();
    for (const { calls, entries } of this.#walked) {
      const old = entries.indexOf(entry);
      if (old >= 0) calls[old] = gone;
    }
    const place = this.#entries.indexOf(entry);
    if (place < 0 || this.#calls[place] === gone) return false;
    if (this.#depth > 0) {
      this.#calls[place] = gone;
      this.#holes += 1;
    } else {
      this.#entries.splice(place, 1);
      this.#calls.splice(place, 1);
    }
    return true;
  }

  /** Takes away everybody, and returns who was there. */
  clear(): readonly Entry[] {
    const { entries } = this;
    this.#beforeChange();
    this.#setAside();
    for (const { calls } of this.#walked) calls.fill(gone);
    this.#calls = [];
    this.#entries = [];
    this.#holes = 0;
    this.#tell();
    return entries;
  }

  #beforeChange(): void {
    this.#close();
    if (this.#isCareful || this.#host.emitted === this.#rested) return;
    this.#isCareful = true;
    this.#setAside();
    queueMicrotask(() => {
      this.#isCareful = false;
      this.#close();
      this.#rested = this.#host.emitted;
      this.#tell();
    });
  }

  #setAside(): void {
    this.#walked.push({ calls: this.#calls, entries: this.#entries });
    this.#calls = [...this.#calls];
    this.#entries = [...this.#entries];
    this.#tell();
  }

  #tell(): void {
    this.#host.onChange(this.#calls, this.#isCareful);
  }

  /** Closes holes and lets go of old lists, unless they are being walked. */
  #close(): void {
    if (this.#depth > 0) return;
    // The first was set aside when walks were not yet counted.
    const certain = this.#isCareful ? 1 : 0;
    if (this.#walked.length > certain) this.#walked.length = certain;
    if (this.#holes === 0) return;
    this.#entries = [...this.entries];
    this.#calls = this.#entries.map(({ call }) => call);
    this.#holes = 0;
    this.#tell();
  }
}
