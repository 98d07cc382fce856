import { OptionError } from '@organism/cell';
import type { TimeWindow, WindowSettings } from './window-options.ts';

interface Open<T, K> {
  readonly key: K;
  startMs: number;
  endMs: number;
  values: T[];
}

type Spans = Pick<WindowSettings<unknown, unknown>, 'sizeMs' | 'everyMs' | 'gapMs'>;

/** The windows that are open, and which of them a value belongs to. */
export class OpenWindows<T, K> {
  readonly #spans: Spans;
  readonly #keyOf: ((value: T) => K) | undefined;
  readonly #byKey = new Map<K, Open<T, K>[]>();
  #held = 0;
  #nextEnd = Infinity;

  constructor(settings: WindowSettings<T, K>) {
    this.#spans = settings;
    this.#keyOf = settings.keyOf;
  }

  /** Values that they hold, counted in each. */
  get held(): number {
    return this.#held;
  }

  /** When the first of them ends; Infinity when none is open. */
  get nextEnd(): number {
    return this.#nextEnd;
  }

  /** When the last of them ends. */
  get lastEnd(): number {
    return Math.max(...[...this.#byKey.values()].flatMap((open) => open.map(({ endMs }) => endMs)));
  }

  /** Puts a value where it belongs. False when all of its windows have ended by the watermark. */
  add(value: T, time: number, watermark: number): boolean {
    if (!Number.isFinite(time)) throw new OptionError('timeOf', 'a function that gives milliseconds', time);
    // Without keys, undefined is the key of all: that is what the type says.
    const key = this.#keyOf?.(value) as K;
    const open = this.#byKey.get(key) ?? [];
    const added =
      this.#spans.gapMs > 0
        ? this.#toSession(open, key, value, time, watermark)
        : this.#toSpans(open, key, value, time, watermark);
    if (!added) return false;
    this.#byKey.set(key, open);
    return true;
  }

  #toSpans(open: Open<T, K>[], key: K, value: T, time: number, watermark: number): boolean {
    const { sizeMs, everyMs } = this.#spans;
    let added = false;
    for (let startMs = Math.floor(time / everyMs) * everyMs; startMs + sizeMs > time; startMs -= everyMs) {
      const endMs = startMs + sizeMs;
      if (endMs <= watermark) break;
      const found = open.find((window) => window.startMs === startMs);
      if (found === undefined) open.push({ key, startMs, endMs, values: [value] });
      else found.values.push(value);
      this.#count(endMs);
      added = true;
    }
    return added;
  }

  #toSession(open: Open<T, K>[], key: K, value: T, time: number, watermark: number): boolean {
    const { gapMs } = this.#spans;
    const touching = open.filter(({ startMs, endMs }) => time + gapMs > startMs && time < endMs);
    const [first] = touching;
    if (first === undefined) {
      if (time + gapMs <= watermark) return false;
      open.push({ key, startMs: time, endMs: time + gapMs, values: [value] });
      this.#count(time + gapMs);
      return true;
    }
    // A value between two sessions makes one of them.
    for (const other of touching.slice(1)) {
      first.startMs = Math.min(first.startMs, other.startMs);
      first.endMs = Math.max(first.endMs, other.endMs);
      first.values =
        first.startMs === other.startMs ? [...other.values, ...first.values] : [...first.values, ...other.values];
      open.splice(open.indexOf(other), 1);
    }
    first.startMs = Math.min(first.startMs, time);
    first.endMs = Math.max(first.endMs, time + gapMs);
    first.values.push(value);
    this.#held += 1;
    this.#findNextEnd();
    return true;
  }

  #count(endMs: number): void {
    this.#held += 1;
    this.#nextEnd = Math.min(this.#nextEnd, endMs);
  }

  #findNextEnd(): void {
    this.#nextEnd = Infinity;
    for (const open of this.#byKey.values())
      for (const { endMs } of open) this.#nextEnd = Math.min(this.#nextEnd, endMs);
  }

  /** Takes out those that have ended by the watermark, in the order of their ends. */
  close(watermark: number): readonly TimeWindow<T, K>[] {
    if (this.#nextEnd > watermark || this.#nextEnd === Infinity) return [];
    const closed: Open<T, K>[] = [];
    for (const [key, open] of this.#byKey) {
      const left: Open<T, K>[] = [];
      for (const window of open) (window.endMs <= watermark ? closed : left).push(window);
      if (left.length === 0) this.#byKey.delete(key);
      else this.#byKey.set(key, left);
    }
    for (const { values } of closed) this.#held -= values.length;
    this.#findNextEnd();
    return closed.sort((one, other) => one.endMs - other.endMs || one.startMs - other.startMs);
  }
}
