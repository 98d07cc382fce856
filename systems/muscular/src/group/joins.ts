import type { Immutable } from '@organism/skeletal';
import type { FaultMap } from '../fault.ts';
import type { Muscle } from '../muscle.ts';
import type { NoNeeds } from '../needs.ts';

/** Any operation that lacks nothing but, at most, `Needs`. */
export type AnyMuscle<Needs extends object = NoNeeds> = Muscle<never, unknown, never, unknown, FaultMap, Needs>;

/** What callers give an operation. */
export type MuscleInput<M> =
  M extends Muscle<infer In, infer _Out, infer _Parsed, infer _Raw, infer _Faults, infer _Needs> ? In : never;

/** What callers get from an operation. */
export type MuscleOutput<M> =
  M extends Muscle<infer _In, infer Out, infer _Parsed, infer _Raw, infer _Faults, infer _Needs>
    ? Immutable<Out>
    : never;

/** The declared failures of an operation. */
export type MuscleFaults<M> =
  M extends Muscle<infer _In, infer _Out, infer _Parsed, infer _Raw, infer Faults, infer _Needs> ? Faults : never;

/** All of a union's members at once. */
export type Together<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer All) => void ? All : never;

/** The input that all of a union of operations take. */
export type CommonInput<M> = (M extends unknown ? (one: MuscleInput<M>) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** The declared failures of a union of operations. */
export type CommonFaults<M> =
  Together<M extends unknown ? MuscleFaults<M> : never> extends infer All extends FaultMap ? All : FaultMap;

/** What the compiler shows where one operation's output is not the next one's input. */
export interface WrongJoin<From, To> {
  readonly 'the step before gives': From;
  readonly 'this step takes': To;
}

/** Steps that fit each other: each takes what the one before gives. */
export type Joined<Steps, Before = never> = Steps extends readonly [infer Head, ...infer Rest]
  ? readonly [
      [Before] extends [Immutable<MuscleInput<Head>>] ? unknown : WrongJoin<Before, MuscleInput<Head>>,
      ...Joined<Rest, MuscleOutput<Head>>,
    ]
  : readonly [];

/** The first step's input. */
export type FirstInput<Steps> = Steps extends readonly [infer First, ...infer _Rest] ? MuscleInput<First> : never;

/** The last step's output. */
export type LastOutput<Steps> = Steps extends readonly [...infer _Rest, infer Last] ? MuscleOutput<Last> : never;
