import { Context, OptionError } from '@organism/cell';
import type { FetchOptions, Glycogen, Lifetime, LoadScope } from '@organism/metabolic';
import { asCancellation, detach, refuseIfDone } from '../work.ts';
import { KeyCache } from './key-cache.ts';
import type { Recall, Remembered } from './memory.ts';

/** How an operation is remembered. What is left out is as the memory was told. */
export interface MemoiseOptions<In, Out> extends Omit<Lifetime, 'tags' | 'negativeTtlMs'> {
  /** Names under which outputs can be invalidated, beside the operation's own. */
  readonly tags?: readonly string[] | ((output: Out, input: In) => readonly string[]);
  /** What makes two inputs the same: anything that has a structural key. Default: the whole input. */
  readonly by?: (input: In) => unknown;
  /** Also for an operation that is not declared deterministic: callers may get an old output. Default false. */
  readonly evenIfNotDeterministic?: boolean;
}

/**
 * Puts a cache before an operation.
 *
 * @throws {OptionError} when it is not deterministic, and the options don't say that it does not matter.
 */
export const memoise = (
  cache: Glycogen,
  { name, deterministic }: Remembered,
  run: Recall,
  options: MemoiseOptions<unknown, unknown>,
): Recall => {
  const { tags = [], by, evenIfNotDeterministic = false, ...lifetime } = options;
  if (!deterministic && !evenIfNotDeterministic)
    throw new OptionError('memory', 'for a deterministic operation, or told evenIfNotDeterministic', deterministic);
  const fixed = typeof tags === 'function' ? [name] : [name, ...tags];
  const negative = lifetime.ttlMs === undefined ? {} : { negativeTtlMs: lifetime.ttlMs };
  const plain: FetchOptions = { ...lifetime, ...negative, tags: fixed };
  const keys = new KeyCache(`${name} `);

  const load = async (scope: LoadScope, input: unknown, outer: Context | undefined): Promise<unknown> => {
    const { signal } = scope;
    const output = await run(input, outer === undefined ? { signal } : { context: detach(outer), signal });
    if (typeof tags === 'function') scope.keep({ tags: [name, ...tags(output, input)] });
    return output;
  };
  // Flat, and nothing but the key where it is remembered: 300 ns with the key were the goal (benchmark muscular.memo).
  return (input, call) => {
    try {
      const key = keys.keyOf(by === undefined ? input : by(input));
      const outer = call.context ?? Context.current();
      if (outer === undefined && call.signal === undefined)
        return cache.fetch(key, (scope) => load(scope, input, undefined), plain);
      refuseIfDone(outer, call.signal);
      const wait = new Wait(plain, outer, call.signal);
      const output = cache.fetch(key, (scope) => load(scope, input, outer), wait as FetchOptions);
      return wait.isLong ? output.catch((error: unknown) => Promise.reject(wait.reasonOf(error))) : output;
    } catch (error) {
      return Promise.reject(error as Error);
    }
  };
};

/** Options of a fetch for a caller who may give up. The signal is made when the cache asks for it: never on a hit. */
class Wait implements Record<keyof FetchOptions, unknown> {
  readonly #plain: FetchOptions;
  readonly #outer: Context | undefined;
  readonly #given: AbortSignal | undefined;
  /** Whether the output was not there at once. */
  isLong = false;

  constructor(plain: FetchOptions, outer: Context | undefined, given: AbortSignal | undefined) {
    this.#plain = plain;
    this.#outer = outer;
    this.#given = given;
  }

  get signal(): AbortSignal | undefined {
    this.isLong = true;
    if (this.#given === undefined) return this.#outer?.signal;
    return this.#outer === undefined ? this.#given : new Context({ signal: this.#given }, this.#outer).signal;
  }

  /** What a wait that failed is reported as. */
  reasonOf(error: unknown): Error {
    return asCancellation(error, this.#outer, this.#given) as Error;
  }

  get ttlMs(): number | undefined {
    return this.#plain.ttlMs;
  }

  get slidingMs(): number | undefined {
    return this.#plain.slidingMs;
  }

  get staleMs(): number | undefined {
    return this.#plain.staleMs;
  }

  get graceMs(): number | undefined {
    return this.#plain.graceMs;
  }

  get negativeTtlMs(): number | undefined {
    return this.#plain.negativeTtlMs;
  }

  get tags(): readonly string[] | undefined {
    return this.#plain.tags;
  }
}
