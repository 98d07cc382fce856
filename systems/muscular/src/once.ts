import { OptionError } from '@organism/cell';
import { Coalesce } from '@organism/homeostasis';
import { type StateStore, type Stored, VersionConflictError, type WriteCondition } from '@organism/nervous';
import type { Bone } from '@organism/skeletal';
import { InProgressError, KeyReusedError, ResultNotKeptError } from './errors.ts';
import { fingerprint } from './key.ts';
import type { Call } from './policies.ts';
import { AttemptWork, callerOf, detach, type InnerWork, type Work } from './work.ts';

/** Options of operations that run once for each idempotency key. */
export interface OnceOptions<Parsed> {
  /**
   * What makes two calls the same request; with the tenant in it, where tenants choose their own. Calls that come while
   * one is under way join it.
   */
  readonly idempotencyKey?: (input: Parsed, work: Pick<Work, 'context'>) => string;
  /** Remembers results by their key: an Astrocyte, or any other state store. Default: only calls under way are joined. */
  readonly results?: StateStore;
  /** How long a result is remembered, in milliseconds. Default: for ever. Stores that know `ttlMs` are told. */
  readonly keepMs?: number;
  /**
   * How long another process leaves a key alone that nobody has finished, in milliseconds: longer than a run may take.
   * Default 60 000.
   */
  readonly claimMs?: number;
}

/** What the store holds under a key: who works on it until when, or what came out. */
type Kept =
  | { readonly state: 'claimed'; readonly until: number; readonly input: string }
  | { readonly state: 'done'; readonly until?: number; readonly input: string; readonly output?: unknown };

const isKept = (value: unknown): value is Kept =>
  typeof value === 'object' && value !== null && 'state' in value && 'input' in value;

/** What is known of the operation. */
interface Subject {
  readonly name: string;
  readonly output: Bone<unknown, unknown> | undefined;
}

/**
 * Makes an operation run once for each idempotency key. Who joins a run that is under way may leave without disturbing
 * the others; it is cancelled when the last has left.
 */
export const once = (run: Call, subject: Subject, options: OnceOptions<never>): Call => {
  const { idempotencyKey, results, claimMs = 60_000, keepMs = Infinity } = options;
  if (typeof idempotencyKey !== 'function') throw new OptionError('idempotencyKey', 'a function', idempotencyKey);
  if (!(claimMs > 0)) throw new OptionError('claimMs', 'a number of milliseconds above 0', claimMs);
  if (!(keepMs > 0)) throw new OptionError('keepMs', 'a number of milliseconds above 0', keepMs);
  const coalesce = new Coalesce({ name: subject.name });
  const journal = results && new Results(subject, results, { claimMs, keepMs });
  const underWay = new Map<string, { readonly mark: string }>();
  return (input, work) => {
    const key = idempotencyKey(input as never, work);
    if (typeof key !== 'string' || key === '') throw new OptionError('idempotencyKey', 'a non-empty string', key);
    const mark = markOf(input);
    if ((underWay.get(key)?.mark ?? mark) !== mark) throw new KeyReusedError(subject.name);
    const context = detach(work.context);
    return coalesce.execute(
      async (scope) => {
        const flight = { mark };
        underWay.set(key, flight);
        const shared = new AttemptWork(scope, context, work.traits);
        try {
          return await shared.context.run(() =>
            journal === undefined ? run(input, shared) : journal.run({ key, mark, input }, shared, run),
          );
        } finally {
          // Another may have begun, when all had left this one.
          if (underWay.get(key) === flight) underWay.delete(key);
        }
      },
      { ...callerOf(work), key },
    );
  };
};

/** Tells inputs apart; '' for those that have no structural key, which are taken for equal. */
const markOf = (input: unknown): string => {
  try {
    return fingerprint(input);
  } catch {
    return '';
  }
};

/** One request. */
interface Request {
  readonly key: string;
  readonly mark: string;
  readonly input: unknown;
}

/** Results by idempotency key. A key is claimed before its run, so that no other process runs it at the same time. */
class Results {
  readonly #subject: Subject;
  readonly #store: StateStore;
  readonly #times: { readonly claimMs: number; readonly keepMs: number };

  constructor(subject: Subject, store: StateStore, times: { readonly claimMs: number; readonly keepMs: number }) {
    this.#subject = subject;
    this.#store = store;
    this.#times = times;
  }

  async run({ key, mark, input }: Request, work: InnerWork, run: Call): Promise<unknown> {
    const at = `${this.#subject.name}:${key}`;
    const { clock } = work.context;
    const now = clock.now();
    const stored = await this.#store.get(at);
    const found = stored !== undefined && isKept(stored.value) ? stored.value : undefined;
    const kept = found !== undefined && (found.until ?? Infinity) > now ? found : undefined;
    if (kept !== undefined && kept.input !== mark) throw new KeyReusedError(this.#subject.name);
    if (kept?.state === 'done') return this.#revive(kept.output);
    if (kept !== undefined) throw new InProgressError(this.#subject.name, kept.until - now);
    const { version } = await this.#claim(
      at,
      { state: 'claimed', until: now + this.#times.claimMs, input: mark },
      stored,
    );
    let output: unknown;
    try {
      output = await run(input, work);
    } catch (error) {
      // Free for the next try; should this fail too, the claim runs out by itself.
      await this.#store.delete(at, { ifVersion: version }).catch(() => false);
      throw error;
    }
    try {
      await this.#keep(at, mark, output, clock.now());
    } catch (error) {
      throw new ResultNotKeptError(this.#subject.name, output, error);
    }
    return output;
  }

  async #keep(at: string, mark: string, output: unknown, now: number): Promise<void> {
    const { keepMs } = this.#times;
    const value = this.#subject.output === undefined ? output : this.#subject.output.encode(output);
    const kept: Kept = {
      state: 'done',
      input: mark,
      ...(value !== undefined && { output: value }),
      ...(keepMs < Infinity && { until: now + keepMs }),
    };
    // Stores that forget by themselves, as the Astrocyte does, know this option; others need not.
    const condition: WriteCondition & { readonly ttlMs?: number } = keepMs < Infinity ? { ttlMs: keepMs } : {};
    await this.#store.set(at, kept, condition);
  }

  async #claim(at: string, claim: Kept, before: Stored | undefined): Promise<Stored> {
    try {
      return await this.#store.set(at, claim, { ifVersion: before?.version ?? 0 });
    } catch (error) {
      throw error instanceof VersionConflictError
        ? new InProgressError(this.#subject.name, this.#times.claimMs)
        : error;
    }
  }

  #revive(output: unknown): unknown {
    return this.#subject.output === undefined ? output : this.#subject.output.parse(output);
  }
}
