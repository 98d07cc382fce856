import type { Pathway } from './pathway.ts';

/** Strengths stay within these, so that a target at the bottom can still be found again. */
const weakest = 0.001;
const strongest = 1;

/** A strength within its bounds. */
export const bounded = (strength: number): number =>
  strength < weakest ? weakest : strength > strongest ? strongest : strength;

/** What a failure answers. Below 0, so that a few failures in a row silence a target. */
const failureResponse = -1;

/** Shortest latency told apart from none, in milliseconds. */
const finestMs = 0.01;

/** How far one message moves the typical latency, up or down. */
const typicalStep = 0.05;

/** Tries of a silent target: how much longer than its silence so far each waits. */
const spacing = 2;

/** How many times the typical latency a target may be silent before that counts against it. */
const patience = 4;

/**
 * Learning rule of a router: after each message the strength of its pathway moves towards the response, by the learning
 * rate. The response is 1 for a success that is no slower than typical, the typical latency over the message's for a
 * slower one, and negative for a failure.
 *
 * Strengthening by joint activity is Hebb's rule; the part of the old strength that is lost with each message keeps it
 * within bounds, as in Oja's.
 *
 * @see Hebb, D. O. (1949): The Organization of Behavior
 * @see Oja, E. (1982): Simplified neuron model as a principal component analyzer, J. Math. Biology 15
 */
export class Learning {
  readonly #rate: number;
  readonly #keep: number;
  #typicalMs = 0;
  #samples = 0;

  constructor(rate: number, halfLifeMs: number) {
    this.#rate = rate;
    this.#keep = Math.LN2 / halfLifeMs;
  }

  /** Median latency of all successes, in milliseconds, followed step by step; 0 before the first. */
  get typicalMs(): number {
    return this.#typicalMs;
  }

  /** Starts from a typical latency that was learned before. */
  resume(typicalMs: number): void {
    this.#typicalMs = typicalMs;
    this.#samples = typicalMs > 0 ? 1 / typicalStep : 0;
  }

  /** Strengthens or weakens a pathway by one outcome. Tells whether that was a good one: neither failed nor far too slow. */
  learn(way: Pathway<unknown>, ok: boolean, latencyMs: number): boolean {
    const response = ok ? this.#response(Math.max(latencyMs, finestMs)) : failureResponse;
    way.strength = bounded(way.strength + this.#rate * (response - way.strength));
    return response * patience >= 1;
  }

  #response(latencyMs: number): number {
    // Steps as large as 1/n at first, so that a first message far from the others is soon forgotten.
    const step = 1 + Math.max(typicalStep, 1 / ++this.#samples);
    if (this.#typicalMs === 0) this.#typicalMs = latencyMs;
    else if (latencyMs > this.#typicalMs) this.#typicalMs = Math.min(latencyMs, this.#typicalMs * step);
    else this.#typicalMs = Math.max(latencyMs, this.#typicalMs / step);
    return latencyMs <= this.#typicalMs ? 1 : this.#typicalMs / latencyMs;
  }

  /**
   * The strength that a pathway has at a time, less than learned when messages are out and nothing comes back: what
   * will come back is already known to be slow.
   */
  strengthOf(way: Pathway<unknown>, now: number): number {
    const silentMs = way.silentMs(now);
    const patienceMs = patience * this.#typicalMs;
    return silentMs <= patienceMs || patienceMs === 0 ? way.strength : (way.strength * patienceMs) / silentMs;
  }

  /**
   * Whether a pathway may be given one more message just to try it: not while it is silent, but for tries that are
   * further and further apart, so that one that hangs is found again without losing a message each time.
   */
  mayTry(way: Pathway<unknown>, now: number): boolean {
    const silentMs = way.silentMs(now);
    const patienceMs = patience * this.#typicalMs;
    if (silentMs <= patienceMs || way.newest === undefined) return true;
    const sinceMs = now - way.newest.at;
    return sinceMs >= spacing * (silentMs - sinceMs + patienceMs);
  }

  /** Lets what was learned fade: strengths move towards their mean. */
  fade(ways: readonly Pathway<unknown>[], elapsedMs: number): void {
    const kept = Math.exp(-elapsedMs * this.#keep);
    const mean = ways.reduce((sum, way) => sum + way.strength, 0) / ways.length;
    for (const way of ways) way.strength = mean + (way.strength - mean) * kept;
  }
}
