import { type Anatomy, Context, type Port, type ShapeReference } from '@organism/cell';
import type { Bone, Immutable } from '@organism/skeletal';
import { BadOutputError, NeedMissingError } from './errors.ts';
import { Fault, type FaultDeclarations, type FaultMap, type FaultOf, makeFail, type Result } from './fault.ts';
import { layered } from './layers.ts';
import type { Memory, Recall } from './memory/memory.ts';
import { checkDeclarations, give, type NoNeeds, unmetOf } from './needs.ts';
import {
  type AnyOptions,
  checkOptions,
  type InputOptions,
  type MuscleOptions,
  type OutputOptions,
  type UncheckedOptions,
} from './options.ts';
import type { Call } from './policies.ts';
import { asCancellation, CallWork, type ExecuteOptions, noOptions, refuseIfDone, type Traits } from './work.ts';

/** An operation that lacks nothing. */
export interface Composed {
  readonly unmet: readonly never[];
}

/**
 * Operation (use case): one thing the application does, with typed and checked input and output.
 *
 * `In` is what callers give and `Out` what they get; `Parsed` and `Raw` are the same as `run` sees them. `Faults` are the
 * declared failures, `Needs` what is still to be given before it can run.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle } from '@organism/muscular';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const greet = new Muscle({
 *   name: 'greet',
 *   input: new Bone('person', z.object({ name: z.string() })),
 *   output: new Bone('greeting', z.object({ text: z.string() })),
 *   run: ({ name }) => ({ text: `Hello, ${name}` }),
 * });
 * assert.deepEqual(await greet.execute({ name: 'Ada' }), { text: 'Hello, Ada' });
 * ```
 */
export class Muscle<
  in In = void,
  out Out = void,
  Parsed = In,
  Raw = Out,
  Faults extends FaultMap = FaultMap,
  Needs extends object = NoNeeds,
> {
  readonly name: string;
  readonly description: string | undefined;
  readonly deterministic: boolean;
  readonly idempotent: boolean;
  readonly input: Bone<unknown, unknown> | undefined;
  readonly output: Bone<unknown, unknown> | undefined;
  /** How it may fail, by code, as it was declared. */
  readonly errors: FaultDeclarations<Faults>;
  /** Names of what must still be given, with {@link Muscle.with}, before it can run. */
  readonly unmet: readonly (keyof Needs & string)[];
  /** How many executions began, failed, and are under way. What comes from a memory is no execution. */
  readonly counters: { executions: number; failures: number; underWay: number } = {
    executions: 0,
    failures: 0,
    underWay: 0,
  };
  /** Only for the types, as methods let too much pass for an input; never set. */
  declare readonly takes?: (input: In) => void;
  readonly #options: AnyOptions;
  readonly #traits: Traits;
  readonly #call: Call;
  readonly #checksInput: boolean;
  readonly #checksOutput: boolean;
  readonly #recall: Recall | undefined;

  /**
   * @param given Only for the operation itself: what {@link Muscle.with} was given.
   * @throws {OptionError} `CELL_BAD_OPTION` that names the option.
   */
  constructor(options: UncheckedOptions<In, Out, Faults, Needs>, given?: object);
  constructor(options: OutputOptions<In, Out, Raw, Faults, Needs>, given?: object);
  constructor(options: InputOptions<In, Out, Parsed, Faults, Needs>, given?: object);
  constructor(options: MuscleOptions<In, Out, Parsed, Raw, Faults, Needs>, given?: object);
  constructor(options: AnyOptions, given: object = {}) {
    checkOptions(options);
    const { validate = 'both', errors = {}, needs = {} } = options;
    checkDeclarations(needs);
    this.name = options.name;
    this.description = options.description;
    this.deterministic = options.deterministic === true;
    this.idempotent = options.idempotent ?? this.deterministic;
    this.input = options.input;
    this.output = options.output;
    this.errors = errors as FaultDeclarations<Faults>;
    this.unmet = unmetOf(needs, given) as readonly (keyof Needs & string)[];
    this.#options = options;
    this.#traits = { needs: given, fail: makeFail(errors) };
    this.#checksInput = this.input !== undefined && validate !== 'never';
    const checksOutput = this.output !== undefined && validate === 'both';
    const check = checksOutput ? (result: unknown) => this.#checkOutput(result) : undefined;
    const layers = layered(options, { idempotent: this.idempotent, check });
    this.#call = layers ?? (options.run as Call);
    this.#checksOutput = checksOutput && layers === undefined;
    this.#recall = options.memory?.recallOf(this, (input, how) => this.#execute(input, how));
  }

  /**
   * Runs the operation.
   *
   * @throws {ValidationError} when the input does not fit its Bone.
   * @throws {BadOutputError} when the output does not fit its Bone.
   * @throws {CancelledError | DeadlineError} when the caller gave up or the deadline passed, before or while it ran.
   * @throws {NeedMissingError} when something it needs was not given.
   */
  execute(this: Composed, input: In, options: ExecuteOptions = noOptions): Promise<Immutable<Out>> {
    const self = this as Muscle<In, Out>;
    const recall = self.#recall;
    return (recall === undefined ? self.#execute(input, options) : recall(input, options)) as Promise<Immutable<Out>>;
  }

  /**
   * As {@link Muscle.execute}, but what an operation gives at once is given at once, and what it throws is thrown: for
   * bindings that run one for each request, where every promise is 0.1 µs.
   *
   * @throws as {@link Muscle.execute} rejects; an operation that takes its time rejects, too.
   */
  perform(this: Composed, input: In, options: ExecuteOptions = noOptions): Immutable<Out> | Promise<Immutable<Out>> {
    const self = this as Muscle<In, Out>;
    const recall = self.#recall;
    const given = recall === undefined ? self.#perform(input, options, self.#traits) : recall(input, options);
    return given as Immutable<Out> | Promise<Immutable<Out>>;
  }

  /**
   * Runs the operation, and gives its declared failures as values; everything else that goes wrong is thrown.
   *
   * @example
   * ```ts
   * import assert from 'node:assert/strict';
   * import { Muscle } from '@organism/muscular';
   *
   * const reserve = new Muscle({
   *   name: 'reserve',
   *   errors: { SOLD_OUT: 'No seat is left.' },
   *   run: (seats: number, { fail }) => {
   *     if (seats > 2) throw fail('SOLD_OUT');
   *     return { seats };
   *   },
   * });
   * const result = await reserve.attempt(3);
   * assert.equal(result.ok ? '' : result.error.code, 'SOLD_OUT');
   * ```
   */
  async attempt(
    this: Composed,
    input: In,
    options: ExecuteOptions = noOptions,
  ): Promise<Result<Immutable<Out>, FaultOf<Faults>>> {
    const self = this as Muscle<In, Out>;
    try {
      return { ok: true, value: await self.execute(input, options) };
    } catch (error) {
      if (error instanceof Fault && Object.hasOwn(self.errors, error.code))
        return { ok: false, error: error as unknown as FaultOf<Faults> };
      throw error;
    }
  }

  /**
   * The operation with some, or all, of what it needs.
   *
   * @throws {OptionError} when something was not declared, or is not of its class.
   * @throws {NeedMissingError} when something is given as undefined or null.
   */
  with<Given extends Partial<Needs>>(given: Given): Muscle<In, Out, Parsed, Raw, Faults, Omit<Needs, keyof Given>> {
    const all = give(this.name, this.#options.needs ?? {}, this.#traits.needs, given);
    return new Muscle(this.#options as never, all) as unknown as Muscle<
      In,
      Out,
      Parsed,
      Raw,
      Faults,
      Omit<Needs, keyof Given>
    >;
  }

  /** The operation with another memory; see {@link MuscleMemory.memoise}. */
  remembered(memory: Memory): Muscle<In, Out, Parsed, Raw, Faults, Needs> {
    const options: AnyOptions = { ...this.#options, memory };
    return new Muscle(options as never, this.#traits.needs) as unknown as Muscle<In, Out, Parsed, Raw, Faults, Needs>;
  }

  /**
   * Runs the operation with what it still needs, given for this call only: a transaction, a connection. Nothing is
   * taken from a memory.
   *
   * @throws as {@link Muscle.execute}.
   */
  async executeWith(given: Needs, input: In, options: ExecuteOptions = noOptions): Promise<Immutable<Out>> {
    const declared = this.#options.needs ?? {};
    const needs = give(this.name, declared, this.#traits.needs, given);
    const missing = unmetOf(declared, needs);
    if (missing.length > 0) throw new NeedMissingError(this.name, missing);
    return (await this.#execute(input, options, { ...this.#traits, needs })) as Immutable<Out>;
  }

  /** One execution; never throws. */
  #execute(input: unknown, options: ExecuteOptions, traits: Traits = this.#traits): Promise<unknown> {
    try {
      const result = this.#perform(input, options, traits);
      return result instanceof Promise ? result : Promise.resolve(result);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** Likewise, at once where `run` is. Flat, as it stands between every caller and every operation (benchmark muscular.execute). */
  #perform(input: unknown, options: ExecuteOptions, traits: Traits): unknown {
    const { context, signal } = options;
    const current = Context.current();
    const outer = context ?? current;
    if (outer !== undefined || signal !== undefined) refuseIfDone(outer, signal);
    if (traits === this.#traits && this.unmet.length > 0) throw new NeedMissingError(this.name, this.unmet);
    const parsed = this.#checksInput ? this.input?.parse(input) : input;
    const { counters } = this;
    counters.executions += 1;
    counters.underWay += 1;
    const work = new CallWork(signal, outer, traits);
    let waits = false;
    try {
      const enters = signal !== undefined || (context !== undefined && context !== current);
      const result = enters ? work.context.run(() => this.#call(parsed, work)) : this.#call(parsed, work);
      waits = isThenable(result);
      if (waits) return this.#settle(result, outer, signal);
      return this.#checksOutput ? this.#checkOutput(result) : result;
    } catch (error) {
      counters.failures += 1;
      throw asCancellation(error, outer, signal);
    } finally {
      if (!waits) counters.underWay -= 1;
    }
  }

  async #settle(promised: unknown, outer: Context | undefined, signal: AbortSignal | undefined): Promise<unknown> {
    const { counters } = this;
    try {
      const result = await promised;
      return this.#checksOutput ? this.#checkOutput(result) : result;
    } catch (error) {
      counters.failures += 1;
      throw asCancellation(error, outer, signal);
    } finally {
      counters.underWay -= 1;
    }
  }

  #checkOutput(result: unknown): unknown {
    const checked = this.output?.safeParse(result);
    if (checked !== undefined && !checked.ok) throw new BadOutputError(this.name, checked.issues);
    return checked?.value;
  }

  /** Shapes of what goes in and what comes out, for documents and the anatomy. */
  describe(): { readonly name: string; readonly input?: ShapeReference; readonly output?: ShapeReference } {
    return {
      name: this.name,
      ...(this.input && { input: referenceOf(this.input) }),
      ...(this.output && { output: referenceOf(this.output) }),
    };
  }

  /** Its ports and live counters; what it is made of, for groups. */
  anatomy(): Anatomy {
    const port = (name: string, direction: 'in' | 'out', shape: ShapeReference | undefined): Port => ({
      name,
      direction,
      protocol: 'call',
      ...(shape && { shape: referenceOf(shape) }),
    });
    return {
      name: this.name,
      kind: 'Muscle',
      state: 'running',
      needs: [],
      ports: [port('input', 'in', this.input), port('output', 'out', this.output)],
      edges: [],
      counters: { ...this.counters },
      children: [],
    };
  }
}

const isThenable = (value: unknown): boolean =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  typeof (value as { readonly then?: unknown }).then === 'function';

const referenceOf = ({ name, version }: ShapeReference): ShapeReference => ({
  name,
  ...(version !== undefined && { version }),
});
