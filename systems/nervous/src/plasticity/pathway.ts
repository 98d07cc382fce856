import type { OpenPath } from './path.ts';

/** What a router knows of one target. Fields are plain and public because the choice reads all of them each time. */
export class Pathway<T> {
  readonly target: T;
  readonly name: string;
  /** What was learned: 0.001 to 1. */
  strength: number;
  /** Messages chosen and not settled. */
  inFlight = 0;
  /** Count of the router's messages when this target was last chosen. */
  chosenAt: number;
  /** When a message was last settled, on the monotonic clock. */
  settledAt: number = -Infinity;
  /** Written by the choice: how soon an answer may be expected, in parts of a strong idle target's latency. */
  load = 0;
  succeeded = 0;
  failed = 0;
  /** Since when it has been too weak; Infinity while it is not. */
  weakSince: number = Infinity;
  /** Chosen to be tried out, not for what is known of it. */
  probed = false;
  /** When it was last taken out. */
  outSince = 0;
  /** Until when it is out; 0 while it is live. */
  outUntil = 0;
  /** How many times in a row it was taken out. */
  outs = 0;
  #oldest: OpenPath<T> | undefined;
  #newest: OpenPath<T> | undefined;

  constructor(target: T, name: string, strength: number, chosenAt: number) {
    this.target = target;
    this.name = name;
    this.strength = strength;
    this.chosenAt = chosenAt;
  }

  /** The message that has been out the longest. */
  get oldest(): OpenPath<T> | undefined {
    return this.#oldest;
  }

  /** For how long messages have been out and none came back. */
  silentMs(now: number): number {
    const oldest = this.#oldest;
    if (oldest === undefined) return 0;
    return now - (oldest.at > this.settledAt ? oldest.at : this.settledAt);
  }

  /** The message that went out last of those in flight. */
  get newest(): OpenPath<T> | undefined {
    return this.#newest;
  }

  push(path: OpenPath<T>): void {
    path.earlier = this.#newest;
    if (this.#newest === undefined) this.#oldest = path;
    else this.#newest.later = path;
    this.#newest = path;
    this.inFlight += 1;
  }

  drop(path: OpenPath<T>): void {
    path.open = false;
    if (path.earlier === undefined) this.#oldest = path.later;
    else path.earlier.later = path.later;
    if (path.later === undefined) this.#newest = path.earlier;
    else path.later.earlier = path.earlier;
    path.earlier = undefined;
    path.later = undefined;
    this.inFlight -= 1;
  }
}
