import type { Clock, Entropy } from '@organism/cell';
import { choosePathway } from './choice.ts';
import { RoutingError } from './errors.ts';
import { bounded, Learning } from './learning.ts';
import type { Settings } from './options.ts';
import { OpenPath, type PathOwner } from './path.ts';
import { Pathway } from './pathway.ts';
import { Pruning } from './pruning.ts';
import type { PlasticitySnapshot } from './snapshot.ts';

/** A change among a router's targets. */
export interface RouteChange<T> {
  readonly kind: 'added' | 'removed' | 'pruned' | 'readmitted';
  readonly target: T;
  /** What was learned of it at that time, 0 to 1. */
  readonly strength: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** How many times per half-life what was learned is let fade. */
const fadesPerHalfLife = 32;

/** After a good answer to a try a target is tried again after this part of the usual gap. */
const soonAgain = 0.25;

/** The pathways of a router: which there are, which are live, and what time and outcomes do to them. */
export class RouteTable<T> implements PathOwner<T> {
  readonly ways: Map<T, Pathway<T>> = new Map();
  readonly learning: Learning;
  readonly #settings: Settings<T>;
  readonly #clock: Clock;
  readonly #entropy: Entropy;
  readonly #pruning: Pruning;
  readonly #onChange: (change: RouteChange<T>) => void;
  readonly #tendEveryMs: number;
  #live: Pathway<T>[] = [];
  /** After so many messages without one a target gets one whatever its strength. */
  #gap = Infinity;
  #count = 0;
  /**
   * The last path, kept for its shape: with none alive at a full collection the compiled code would go with it, and the
   * next messages take three times as long (benchmark nervous.routing).
   */
  protected last: OpenPath<T> | undefined;
  #tendedAt: number;

  constructor(settings: Settings<T>, clock: Clock, entropy: Entropy, onChange: (change: RouteChange<T>) => void) {
    const { learningRate, halfLifeMs, pruneAfterMs, probationMs, abandonAfterMs } = settings;
    this.#settings = settings;
    this.#clock = clock;
    this.#entropy = entropy;
    this.#onChange = onChange;
    this.learning = new Learning(learningRate, halfLifeMs);
    this.#pruning = new Pruning(settings);
    this.#tendEveryMs = Math.min(halfLifeMs / fadesPerHalfLife, pruneAfterMs / 4, probationMs / 4, abandonAfterMs / 4);
    this.#tendedAt = clock.monotonic();
  }

  /** @throws {RoutingError} `NERVOUS_TARGET_TAKEN` when there is one of that name. */
  add(target: T): void {
    const name = this.#settings.nameOf(target);
    if (this.ways.has(target) || [...this.ways.values()].some((way) => way.name === name))
      throw new RoutingError('NERVOUS_TARGET_TAKEN', `The router has a target named "${name}".`);
    const mean = this.#live.reduce((sum, { strength }) => sum + strength, 0) / this.#live.length;
    const way = new Pathway(target, name, this.#live.length === 0 ? 1 : mean, this.#count);
    this.ways.set(target, way);
    this.#setLive([...this.#live, way]);
    this.#report('added', way);
  }

  /** @throws {RoutingError} `NERVOUS_UNKNOWN_TARGET` when there is no such target. */
  remove(target: T): void {
    const way = this.ways.get(target);
    if (way === undefined) throw new RoutingError('NERVOUS_UNKNOWN_TARGET', 'The router has no such target to remove.');
    this.ways.delete(target);
    this.#setLive(this.#live.filter((other) => other !== way));
    this.#report('removed', way);
  }

  /** @throws {RoutingError} `NERVOUS_NO_TARGET` when there is none. */
  choose(): OpenPath<T> {
    const now = this.#clock.monotonic();
    if (now - this.#tendedAt >= this.#tendEveryMs || this.#live.length === 0) this.#tend(now);
    this.#count += 1;
    const way = choosePathway(this.#live, this.#gap, this.#count, now, this.learning, this.#entropy);
    if (way === undefined)
      throw new RoutingError('NERVOUS_NO_TARGET', 'The router has no target to choose.', {
        status: 503,
        retryable: true,
      });
    way.chosenAt = this.#count;
    const path = new OpenPath(this, way, now);
    this.last = path;
    return path;
  }

  now(): number {
    return this.#clock.monotonic();
  }

  settled(way: Pathway<T>, ok: boolean, latencyMs: number, now: number): void {
    way.settledAt = now;
    if (ok) way.succeeded += 1;
    else way.failed += 1;
    const isGood = this.learning.learn(way, ok, latencyMs);
    if (isGood && way.probed && this.#gap < Infinity)
      way.chosenAt = Math.min(way.chosenAt, this.#count - this.#gap * (1 - soonAgain));
    if (!ok && this.#pruning.failsTrial(way)) this.#takeOut(way, now);
  }

  /** Takes up what was learned before. */
  resume({ typicalMs, pathways }: PlasticitySnapshot): void {
    const strengths = new Map(pathways.map(({ name, strength }) => [name, strength]));
    this.learning.resume(typicalMs);
    for (const way of this.ways.values()) way.strength = bounded(strengths.get(way.name) ?? way.strength);
  }

  #setLive(live: Pathway<T>[]): void {
    const { exploration } = this.#settings;
    this.#live = live;
    this.#gap = exploration === 0 ? Infinity : Math.ceil(live.length / exploration);
  }

  /** What need not be done at every message: forgetting, giving up, taking out and letting in again. */
  #tend(now: number): void {
    const { abandonAfterMs } = this.#settings;
    for (const way of this.ways.values())
      for (let path = way.oldest; path !== undefined && now - path.at >= abandonAfterMs; path = way.oldest) path.fail();
    this.learning.fade(this.#live, now - this.#tendedAt);
    this.#tendedAt = now;
    if (this.#pruning.isOn) this.#prune(now);
  }

  #prune(now: number): void {
    for (const way of this.#pruning.overdue(this.#live, this.learning, now)) this.#takeOut(way, now);
    for (const way of this.ways.values()) {
      if (way.outUntil === 0) continue;
      const isShort = this.#live.some((other) => other.weakSince < Infinity);
      if (this.#live.length === 0 || this.#pruning.mayReturn(way, isShort, now)) this.#readmit(way);
    }
  }

  #takeOut(way: Pathway<T>, now: number): void {
    if (!this.#pruning.mayTakeOut(this.#live.length, this.ways.size) || !this.#live.includes(way)) return;
    this.#pruning.takeOut(way, now);
    this.#setLive(this.#live.filter((other) => other !== way));
    this.#report('pruned', way);
  }

  #readmit(way: Pathway<T>): void {
    way.outUntil = 0;
    this.#setLive([...this.#live, way]);
    // Due at once.
    way.chosenAt = this.#count - this.#gap;
    this.#report('readmitted', way);
  }

  #report(kind: RouteChange<T>['kind'], { target, strength }: Pathway<T>): void {
    this.#onChange({ kind, target, strength, at: this.#clock.now() });
  }
}
