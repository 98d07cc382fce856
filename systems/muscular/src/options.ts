import { OptionError } from '@organism/cell';
import type { Policy } from '@organism/homeostasis';
import type { Bone, Immutable } from '@organism/skeletal';
import type { FaultDeclarations, FaultMap } from './fault.ts';
import type { Hooks } from './hooks.ts';
import type { Memory } from './memory/memory.ts';
import type { NeedDeclarations, NoNeeds } from './needs.ts';
import type { OnceOptions } from './once.ts';
import type { Tracer } from './tracer.ts';
import type { Work } from './work.ts';

/** Which sides of an operation are checked. */
export type Validation = 'both' | 'input' | 'never';

/** Options that do not depend on which Bones there are. */
export interface CommonOptions<In, Parsed, Out, Raw, Faults extends FaultMap, Needs extends object> extends OnceOptions<
  Immutable<Parsed>
> {
  /** Unique among the operations of a body; names the operation in documents. */
  readonly name: string;
  /** One line for documents. */
  readonly description?: string;
  /** Same input, same output, no effects. Default false. */
  readonly deterministic?: boolean;
  /** Running it twice has the effect of running it once, so it may be retried. Default: `deterministic`. */
  readonly idempotent?: boolean;
  /** Default `both`. */
  readonly validate?: Validation;
  /** What it depends on, by name: `need<Db>()`, or a class without type parameters. Given by {@link Muscle.with}. */
  readonly needs?: NeedDeclarations<Needs>;
  /** How it may fail, by code: a message, or more. `work.fail(code)` makes the error, {@link Muscle.attempt} gives it. */
  readonly errors?: FaultDeclarations<Faults>;
  /** Policies around each execution, the outermost first. Those that repeat need an idempotent operation. */
  readonly policies?: readonly Policy<NoInfer<Raw>>[];
  /** What a call is about, for policies that keep state per key, such as RateLimit. */
  readonly policyKey?: (input: Immutable<NoInfer<Parsed>>) => string;
  readonly hooks?: Hooks<NoInfer<Parsed>, NoInfer<Out>>;
  /** Gets a span for each execution whose input fits. */
  readonly tracer?: Tracer;
  /** Remembers outputs by input: a MuscleMemory. For deterministic operations; for others it must be told so. */
  readonly memory?: Memory<NoInfer<In>, NoInfer<Out>>;
}

/** Options of an operation whose input and output have Bones. */
export interface MuscleOptions<
  In,
  Out,
  Parsed = In,
  Raw = Out,
  Faults extends FaultMap = FaultMap,
  Needs extends object = NoNeeds,
> extends CommonOptions<In, Parsed, Out, Raw, Faults, Needs> {
  /** Shape of what goes in. Without one, `run` gets whatever it is given, unchecked. */
  readonly input: Bone<Parsed, In>;
  /** Shape of what comes out. Without one, it is whatever `run` gives. */
  readonly output: Bone<Out, Raw>;
  readonly run: (input: Immutable<Parsed>, work: Work<Needs, Faults>) => Raw | Promise<Raw>;
}

/** Options of an operation whose input has a Bone. */
export interface InputOptions<In, Out, Parsed, Faults extends FaultMap, Needs extends object> extends CommonOptions<
  In,
  Parsed,
  Out,
  Out,
  Faults,
  Needs
> {
  readonly input: Bone<Parsed, In>;
  readonly output?: undefined;
  readonly run: (input: Immutable<Parsed>, work: Work<Needs, Faults>) => Out | Promise<Out>;
}

/** Options of an operation whose output has a Bone. */
export interface OutputOptions<In, Out, Raw, Faults extends FaultMap, Needs extends object> extends CommonOptions<
  In,
  In,
  Out,
  Raw,
  Faults,
  Needs
> {
  readonly input?: undefined;
  readonly output: Bone<Out, Raw>;
  readonly run: (input: In, work: Work<Needs, Faults>) => Raw | Promise<Raw>;
}

/** Options of an operation that has no Bones: nothing is checked. */
export interface UncheckedOptions<In, Out, Faults extends FaultMap, Needs extends object> extends CommonOptions<
  In,
  In,
  Out,
  Out,
  Faults,
  Needs
> {
  readonly input?: undefined;
  readonly output?: undefined;
  readonly run: (input: In, work: Work<Needs, Faults>) => Out | Promise<Out>;
}

/** Options with their types left out, as a Muscle keeps them. */
export interface AnyOptions extends CommonOptions<
  never,
  never,
  never,
  unknown,
  FaultMap,
  Readonly<Record<string, unknown>>
> {
  readonly input?: Bone<unknown, unknown> | undefined;
  readonly output?: Bone<unknown, unknown> | undefined;
  readonly run: (input: never, work: never) => unknown;
}

const functions = ['before', 'after', 'error'] as const;

/** @throws {OptionError} that names what is wrong. */
export const checkOptions = (options: AnyOptions): void => {
  const { name, run, validate = 'both', hooks = {}, results, idempotencyKey } = options;
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name))
    throw new OptionError('name', 'letters, digits, ".", "_" and "-"', name);
  if (typeof run !== 'function') throw new OptionError('run', 'a function', run);
  if (!['both', 'input', 'never'].includes(validate))
    throw new OptionError('validate', '"both", "input" or "never"', validate);
  for (const hook of functions)
    if (hooks[hook] !== undefined && typeof hooks[hook] !== 'function')
      throw new OptionError(`hooks.${hook}`, 'a function', hooks[hook]);
  if (results !== undefined && idempotencyKey === undefined)
    throw new OptionError('results', 'used with an idempotencyKey', results);
};
