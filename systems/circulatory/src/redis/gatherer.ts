/** How calls are gathered. */
export interface GathererOptions<Unit, Result> {
  /** Does what was gathered, and says what came of each. */
  readonly send: (units: readonly Unit[]) => Promise<readonly Result[]>;
  /** Does one alone, in a shorter way; undefined when there is none for it. */
  readonly sendOne?: (unit: Unit) => Promise<Result> | undefined;
  /** How much one weighs, of `maxWeight` that may be sent at once. */
  readonly weigh: (unit: Unit) => number;
  readonly maxWeight: number;
  /** Whether two may be sent together. Default: any two. */
  readonly areAlike?: (one: Unit, other: Unit) => boolean;
  /** Called when nothing waits and nothing is out. */
  readonly onIdle?: () => void;
}

interface Waiting<Unit, Result> {
  readonly unit: Unit;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** So many are sent before the first answer is waited for: the client makes up some while the server works on others. */
const mostOut = 4;

/** Fewer than so many are not split. */
const leastEach = 32;

/**
 * Gathers calls into batches, in their order: the first goes out at once, others at the end of their turn of promises, and
 * what comes while as many as may be are out goes together when an answer comes. So one alone waits for nothing, and many
 * share a round trip.
 */
export class Gatherer<Unit, Result> {
  readonly #options: GathererOptions<Unit, Result>;
  #waiting: Waiting<Unit, Result>[] = [];
  #out = 0;
  #scheduled = false;

  constructor(options: GathererOptions<Unit, Result>) {
    this.#options = options;
  }

  /** Does one, along with others. */
  add(unit: Unit): Promise<Result> {
    if (this.#out === 0 && this.#waiting.length === 0) return this.#sendAlone(unit);
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push({ unit, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#out >= mostOut) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      void this.#send();
    });
  }

  /** A fair share of what waits, as far as it may go together; at least one, however heavy. */
  #take(): readonly Waiting<Unit, Result>[] {
    const { weigh, maxWeight, areAlike } = this.#options;
    const first = this.#waiting[0]?.unit;
    const share = Math.max(leastEach, Math.ceil(this.#waiting.length / (mostOut - this.#out)));
    let [count, weight] = [0, 0];
    for (const { unit } of this.#waiting) {
      weight += weigh(unit);
      if (count === share || (count > 0 && weight > maxWeight)) break;
      if (areAlike !== undefined && first !== undefined && !areAlike(first, unit)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  #sendAlone(unit: Unit): Promise<Result> {
    const { sendOne, send } = this.#options;
    const sent = sendOne?.(unit) ?? send([unit]).then(([result]) => result as Result);
    this.#out += 1;
    return sent.then(this.#pass, this.#fail);
  }

  readonly #pass = (result: Result): Result => {
    this.#end();
    return result;
  };

  readonly #fail = (error: unknown): never => {
    this.#end();
    throw error;
  };

  async #send(): Promise<void> {
    const batch = this.#take();
    if (batch.length === 0) return;
    this.#out += 1;
    if (this.#waiting.length > 0) this.#schedule();
    try {
      const results = await this.#options.send(batch.map(({ unit }) => unit));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    this.#end();
  }

  #end(): void {
    this.#out -= 1;
    if (this.#waiting.length > 0) this.#schedule();
    else if (this.#out === 0) this.#options.onIdle?.();
  }
}
