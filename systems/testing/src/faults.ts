import { OptionError } from '@organism/cell';
import { checkPlan, checkRate, checkSpan, type FaultKind, type PortPlan, type Span } from './fault-plan.ts';
import { portOf } from './port.ts';
import { type Caller, Route } from './route.ts';
import type { Weather } from './weather.ts';

/** Any function. */
type Method = (...args: never[]) => unknown;

/** A function or a member of a port, with faults: what did not return a promise does now. */
export type Faulty<F> = F extends (...args: never[]) => PromiseLike<unknown>
  ? F
  : F extends (...args: infer A) => infer R
    ? (...args: A) => Promise<R>
    : F;

/** A port with faults in the methods named. */
export type FaultyPort<T, K extends keyof T> = Omit<T, K> & { readonly [P in keyof Pick<T, K>]: Faulty<T[P]> };

/**
 * Fault injection: delays, failures, lost replies, hangs, duplicates and crashes at the borders of what is under test.
 * All of it is drawn from the simulation's seed and written to its trace.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { simulate } from '@organism/testing';
 *
 * const { faults, elapsedMs } = await simulate('seed-1', async ({ faults }) => {
 *   const disk = new Map<string, number>();
 *   const store = faults.wrap(
 *     { put: async (key: string, value: number) => void disk.set(key, value), get: async (key: string) => disk.get(key) },
 *     { name: 'store', delayMs: [1, 20], failRate: 0.2 },
 *   );
 *   for (let n = 1; n <= 50; n++) await store.put('n', n).catch(() => {});
 *   faults.calm();
 *   assert.equal(await store.get('n'), disk.get('n'));
 * });
 * assert.equal(faults.delay, 50);
 * assert.ok((faults.fail ?? 0) > 0 && elapsedMs >= 50);
 * ```
 */
export class Faults {
  readonly #weather: Weather;
  readonly #caller: Caller;

  constructor(weather: Weather, caller: Caller) {
    this.#weather = weather;
    this.#caller = caller;
  }

  /** How many faults of each kind were injected so far, in the whole simulation. */
  get counts(): Readonly<Partial<Record<FaultKind, number>>> {
    return { ...this.#weather.counts };
  }

  /** Ends all faults of the simulation: to see whether what is under test comes to rest. Calls under
   * way arrive, but hung ones stay hung. */
  calm(): void {
    this.#weather.clear();
  }

  /**
   * True with the given probability: for a rare turn of events that the scenario or a stand-in makes itself.
   *
   * @throws {OptionError} `CELL_BAD_OPTION` when the rate is no probability.
   */
  hit(event: string, rate: number): boolean {
    checkRate('rate', rate);
    if (!this.#weather.draw(rate)) return false;
    this.#weather.note(event, 'hit');
    return true;
  }

  /** Waits: a point at which others may come between. @throws {OptionError} `CELL_BAD_OPTION` for a bad span. */
  async delay(span: Span, name = 'pause'): Promise<void> {
    checkSpan('span', span);
    const ms = this.#weather.delay(name, span);
    if (ms > 0) await this.#caller.sleep(ms);
  }

  /**
   * The same function with faults around it. The simulation's `faults` option gives the rates that the plan leaves out.
   * A process that was killed reaches nothing through it any more, and its calls never settle.
   *
   * @throws {OptionError} `CELL_BAD_OPTION` when the plan breaks a rule.
   */
  wrap<F extends Method>(target: F, plan?: PortPlan): Faulty<F>;
  /**
   * The same object with faults around its methods, or those in `only`; for a driver, a store, a client. They share one
   * connection: without `reorder`, calls keep their order across methods. Only methods that give a promise, or whose
   * callers await them, may be wrapped: not those that give a stream or an iterator.
   */
  wrap<T extends object, K extends keyof T & string = keyof T & string>(
    target: T,
    plan?: PortPlan<K>,
  ): FaultyPort<T, K>;
  wrap(target: object, plan: PortPlan = {}): unknown {
    checkPlan(plan);
    if (plan.crashRate !== undefined && this.#caller.crash === undefined)
      throw new OptionError('crashRate', "left out, except in a process's faults", plan.crashRate);
    const route = new Route(this.#weather, this.#caller, { ...this.#weather.defaults, ...plan });
    if (typeof target === 'function') {
      const name = plan.name ?? (target.name === '' ? 'call' : target.name);
      return (...args: unknown[]) => route.call(name, () => Reflect.apply(target, undefined, args));
    }
    const kind = target.constructor?.name ?? 'Object';
    const name = plan.name ?? (kind === 'Object' ? 'port' : kind);
    return portOf(
      target,
      plan.only,
      (method, invoke) =>
        (...args) =>
          route.call(`${name}.${method}`, () => invoke(args)),
    );
  }
}
