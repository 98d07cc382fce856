import { OptionError } from '@organism/cell';

/** How a neuron adds up what it receives before it fires. */
export interface MembraneOptions<T> {
  /** Potential at which the neuron fires (plain reading: a quorum). */
  readonly threshold: number;
  /** Time in milliseconds after which the potential has leaked to 1/e, 37 %. Default: it never leaks. */
  readonly timeConstantMs?: number;
  /** Milliseconds after firing during which everything received is ignored (plain reading: a throttle). Default 0. */
  readonly refractoryMs?: number;
  /** What one value adds, before the synapse's weight. Default 1. */
  readonly weight?: (value: T) => number;
  /** Keeps one potential per key, e.g. per region. Default: one for all. */
  readonly key?: (value: T) => string;
  /** When the value happened, in milliseconds since the epoch, for recorded data. Default: the clock's time. */
  readonly at?: (value: T) => number;
  /** How many of the values that led to a firing are told. Default 100, the newest. */
  readonly keep?: number;
  /** How many keys are kept at most; the most faded go first. Default 10 000. */
  readonly maxKeys?: number;
}

/** What made a neuron fire. */
export interface Burst<T> {
  readonly key: string;
  /** The potential that reached the threshold. */
  readonly potential: number;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  /** The values that led to it, oldest first, at most `keep`. */
  readonly values: readonly T[];
  /** How many values led to it. */
  readonly count: number;
}

interface Charge<T> {
  potential: number;
  at: number;
  restUntil: number;
  count: number;
  values: T[];
}

/** Share of the threshold below which a potential counts as faded. */
const faded = 0.01;

/**
 * Leaky integrator: adds up weighted values over time, lets the sum fade, and tells when it reaches a threshold. Many
 * small values close together reach it where each alone would not (temporal summation); so do values from several
 * synapses (spatial summation); a negative weight holds it back.
 *
 * @see Lapicque, L. (1907): leaky integrate-and-fire
 */
export class Membrane<T> {
  readonly #options: MembraneOptions<T>;
  readonly #charges = new Map<string, Charge<T>>();
  #gain = { value: 1, at: 0 };
  readonly #keep: number;
  readonly #maxKeys: number;

  /** @throws {OptionError} naming the option, for a threshold that is not above 0 or a negative time. */
  constructor(options: MembraneOptions<T>) {
    const { threshold, timeConstantMs = Infinity, refractoryMs = 0 } = options;
    if (!(threshold > 0)) throw new OptionError('threshold', 'a number above 0', threshold);
    if (!(timeConstantMs > 0))
      throw new OptionError('timeConstantMs', 'a number of milliseconds above 0', timeConstantMs);
    if (!(refractoryMs >= 0)) throw new OptionError('refractoryMs', 'a number of milliseconds >= 0', refractoryMs);
    this.#options = options;
    this.#keep = options.keep ?? 100;
    this.#maxKeys = options.maxKeys ?? 10_000;
  }

  /** How many keys have a potential. */
  get size(): number {
    return this.#charges.size;
  }

  /** The potential of a key at a time, leak included. */
  potential(key: string, at: number): number {
    const charge = this.#charges.get(key);
    return charge === undefined ? 0 : this.#leaked(charge, at);
  }

  #leaked(charge: Charge<T>, at: number): number {
    const { timeConstantMs = Infinity } = this.#options;
    // A value that comes late, as recorded data may, must not make the potential grow.
    return charge.potential * Math.exp(-Math.max(0, at - charge.at) / timeConstantMs);
  }

  /** When a value happened, if it tells. */
  timeOf(value: T): number | undefined {
    return this.#options.at?.(value);
  }

  /** How sensitive it is at a time: the factor on everything received, 1 unless modulated. */
  gain(at: number): number {
    const { timeConstantMs = Infinity } = this.#options;
    return 1 + (this.#gain.value - 1) * Math.exp(-Math.max(0, at - this.#gain.at) / timeConstantMs);
  }

  /**
   * Makes it more (`by` > 0) or less sensitive: the gain is multiplied by `1 + by`, between 0 and 10, and goes back to 1
   * with the time constant.
   */
  modulate(by: number, at: number): void {
    this.#gain = { value: Math.min(10, Math.max(0, this.gain(at) * (1 + by))), at };
  }

  /** Takes something off a key's potential, down to minus the threshold. */
  inhibit(key: string, by: number, at: number): void {
    const charge = this.#charges.get(key) ?? this.#add(key, at);
    charge.potential = Math.max(-this.#options.threshold, this.#leaked(charge, at) - by);
    charge.at = Math.max(charge.at, at);
  }

  /** Adds a value; gives what led to the firing when the threshold is reached. */
  receive(value: T, synapseWeight: number, now: number): Burst<T> | undefined {
    const { threshold, refractoryMs = 0 } = this.#options;
    const key = this.#options.key?.(value) ?? '';
    const at = this.#options.at?.(value) ?? now;
    const charge = this.#charges.get(key) ?? this.#add(key, at);
    if (at < charge.restUntil) return undefined;
    const left = this.#leaked(charge, at);
    if (Math.abs(left) < faded * threshold) {
      charge.values = [];
      charge.count = 0;
    }
    const potential =
      left + (this.#options.weight?.(value) ?? 1) * synapseWeight * (this.#gain.value === 1 ? 1 : this.gain(at));
    charge.potential = Math.max(-threshold, potential);
    charge.at = Math.max(charge.at, at);
    charge.count += 1;
    charge.values.push(value);
    if (charge.values.length > this.#keep) charge.values.shift();
    if (potential < threshold) return undefined;
    const burst = { key, potential, at, values: charge.values, count: charge.count };
    Object.assign(charge, {
      potential: 0,
      values: [],
      count: 0,
      restUntil: refractoryMs === 0 ? -Infinity : at + refractoryMs,
    });
    return burst;
  }

  #add(key: string, at: number): Charge<T> {
    if (this.#charges.size >= this.#maxKeys) this.#prune(at);
    const charge: Charge<T> = { potential: 0, at, restUntil: -Infinity, count: 0, values: [] };
    this.#charges.set(key, charge);
    return charge;
  }

  #prune(at: number): void {
    const limit = faded * this.#options.threshold;
    for (const [key, charge] of this.#charges) {
      if (charge.restUntil <= at && Math.abs(this.#leaked(charge, at)) < limit) this.#charges.delete(key);
    }
    if (this.#charges.size < this.#maxKeys) return;
    const byPotential = [...this.#charges].sort(
      ([, a], [, b]) => Math.abs(this.#leaked(a, at)) - Math.abs(this.#leaked(b, at)),
    );
    // A tenth at a time, so that the sort is paid for by many values.
    for (const [key] of byPotential.slice(0, Math.ceil(this.#maxKeys / 10))) this.#charges.delete(key);
  }

  /** Forgets every potential. */
  reset(): void {
    this.#charges.clear();
    this.#gain = { value: 1, at: 0 };
  }
}
