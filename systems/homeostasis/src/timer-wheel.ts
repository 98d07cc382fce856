import type { Clock, Timer } from '@organism/cell';
import { Fifo, type Linked } from './fifo.ts';

/** Something that expires unless it is removed before. */
export interface WheelEntry extends Linked<WheelEntry> {
  expire(): void;
}

/** Entries that expire together. */
class Slot extends Fifo<WheelEntry> {
  readonly row: Map<number, Slot>;
  readonly key: number;
  /** The latest of its entries' times, so that none expires early. */
  due = 0;

  constructor(row: Map<number, Slot>, key: number) {
    super();
    this.row = row;
    this.key = key;
  }
}

const wheels = new WeakMap<Clock, TimerWheel>();
const resolved = Promise.resolve();

/**
 * No timer can fire before all promise jobs have run, so arming waits for a few of them: a call that settles by then
 * never sets one. Setting and clearing a timer of Node costs 500 ns, the two or three jobs until
 * a quick call has settled 60 ns (benchmark homeostasis.regulate).
 */
const jobsBeforeArming = 8;

/** Row n holds delays whose slots are 2^n milliseconds wide: at most 1/64 of the delay. */
const rowOf = (delayMs: number): number => {
  if (delayMs < 128) return 0;
  return delayMs < 2 ** 31 ? 25 - Math.clz32(delayMs) : Math.floor(Math.log2(delayMs)) - 6;
};

/**
 * Timer wheel: many timeouts on one timer of the clock. Adding and removing take constant time.
 *
 * A timeout that is alone in its slot expires to the millisecond; those that share one expire with the last of them.
 * So none expires early, and none later than 1/64 of its delay (1 ms for delays below 128 ms). While the wheel is
 * empty, nothing is set on the clock; while it is not, the timer keeps the process alive, as somebody waits.
 *
 * @see Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (1987): the hashed one, with rows in place of
 * cascades.
 */
export class TimerWheel {
  readonly #clock: Clock;
  readonly #rows: Map<number, Slot>[] = [];
  /** The slot used last, kept while it is empty: calls in a row make and drop no slots. */
  #latest: Slot | undefined = undefined;
  #size = 0;
  #timer: Timer | undefined = undefined;
  #armedFor = Infinity;
  /** Promise jobs left until the timer is set. */
  #jobsLeft = 0;
  #counting = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The wheel that all who use this clock share. */
  static of(clock: Clock): TimerWheel {
    let wheel = wheels.get(clock);
    if (wheel === undefined) wheels.set(clock, (wheel = new TimerWheel(clock)));
    return wheel;
  }

  /** How many entries wait. */
  get size(): number {
    return this.#size;
  }

  /** Lets an entry expire in `delayMs` milliseconds. */
  add(entry: WheelEntry, delayMs: number): void {
    const due = this.#clock.monotonic() + delayMs;
    const slot = this.#slotAt(due, rowOf(delayMs));
    if (due > slot.due) slot.due = due;
    slot.push(entry);
    if (this.#size === 0) this.#jobsLeft = jobsBeforeArming;
    this.#size += 1;
    if (this.#timer !== undefined) {
      if (slot.due < this.#armedFor) this.#arm(slot.due);
    } else if (!this.#counting) {
      this.#counting = true;
      void resolved.then(this.#armSoon);
    }
  }

  #slotAt(due: number, index: number): Slot {
    let row = this.#rows[index];
    if (row === undefined) this.#rows[index] = row = new Map();
    const key = Math.floor(due / 2 ** index);
    const latest = this.#latest;
    if (latest !== undefined && latest.key === key && latest.row === row) return latest;
    if (latest?.size === 0) latest.row.delete(latest.key);
    let slot = row.get(key);
    if (slot === undefined) row.set(key, (slot = new Slot(row, key)));
    this.#latest = slot;
    return slot;
  }

  /** Takes an entry out before it expires; does nothing when it has. */
  remove(entry: WheelEntry): void {
    const slot = entry.queue as Slot | undefined;
    if (slot === undefined) return;
    slot.remove(entry);
    this.#size -= 1;
    if (slot.size === 0) {
      slot.due = 0;
      if (slot !== this.#latest) slot.row.delete(slot.key);
    }
    if (this.#size === 0 && this.#timer !== undefined) this.#disarm();
  }

  readonly #armSoon = (): void => {
    this.#jobsLeft -= 1;
    this.#counting = this.#jobsLeft > 0 && this.#size > 0;
    if (this.#counting) void resolved.then(this.#armSoon);
    else if (this.#size > 0 && this.#timer === undefined) this.#armForNext();
  };

  *#slots(): Generator<Slot> {
    for (const row of this.#rows) if (row !== undefined) for (const slot of row.values()) if (slot.size > 0) yield slot;
  }

  #armForNext(): void {
    let next = Infinity;
    for (const { due } of this.#slots()) next = Math.min(next, due);
    if (next < Infinity) this.#arm(next);
  }

  #arm(due: number): void {
    this.#disarm();
    this.#armedFor = due;
    this.#timer = this.#clock.setTimeout(this.#wake, Math.max(0, Math.ceil(due - this.#clock.monotonic())));
  }

  #disarm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#armedFor = Infinity;
  }

  readonly #wake = (): void => {
    this.#disarm();
    const now = this.#clock.monotonic();
    const slots = [...this.#slots()].filter(({ due }) => due <= now).sort((a, b) => a.due - b.due);
    for (const slot of slots) {
      // What expires may add to this very slot; that puts off the slot's time.
      for (let { first } = slot; first !== undefined && slot.due <= now; { first } = slot) {
        this.remove(first);
        first.expire();
      }
    }
    // An entry added meanwhile may have armed it already.
    if (this.#timer === undefined) this.#armForNext();
  };
}
