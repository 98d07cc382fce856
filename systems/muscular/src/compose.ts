import { NeedMissingError } from './errors.ts';
import type { AnyMuscle, Together } from './group/joins.ts';
import type { Muscle } from './muscle.ts';

/** What an operation still needs. */
export type NeedsOf<M> =
  M extends Muscle<infer _In, infer _Out, infer _Parsed, infer _Raw, infer _Faults, infer Needs> ? Needs : never;

/** What a union of operations needs, all together. */
export type AllNeeds<M> = Together<M extends unknown ? NeedsOf<M> : never>;

/** An operation of a composition, with everything it needs. */
export type Ready<M> =
  M extends Muscle<infer In, infer Out, infer Parsed, infer Raw, infer Faults, infer _Needs>
    ? Muscle<In, Out, Parsed, Raw, Faults>
    : never;

/**
 * Gives many operations what they need, each only what it declared.
 *
 * @throws {NeedMissingError} that names an operation and what it lacks; the compiler says so first.
 * @throws {OptionError} when something is not of its class.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { compose, Muscle, need } from '@organism/muscular';
 *
 * const stock = new Map([['tea', 3]]);
 * const needs = { stock: need<Map<string, number>>() };
 * const count = new Muscle({ name: 'count', needs, run: (sku: string, { needs: { stock } }) => stock.get(sku) ?? 0 });
 * const shop = compose({ count }, { stock });
 * assert.equal(await shop.count.execute('tea'), 3);
 * ```
 */
export const compose = <const Muscles extends Readonly<Record<string, AnyMuscle<never>>>>(
  muscles: Muscles,
  given: AllNeeds<Muscles[keyof Muscles]>,
): { readonly [K in keyof Muscles]: Ready<Muscles[K]> } => {
  const all = given as Readonly<Record<string, unknown>>;
  const ready: Record<string, unknown> = {};
  for (const [key, muscle] of Object.entries(muscles)) {
    const own = (muscle.unmet as readonly string[]).filter((name) => Object.hasOwn(all, name));
    const made: AnyMuscle<object> = muscle.with(Object.fromEntries(own.map((name) => [name, all[name]])) as never);
    if (made.unmet.length > 0) throw new NeedMissingError(made.name, made.unmet);
    ready[key] = made;
  }
  return ready as { readonly [K in keyof Muscles]: Ready<Muscles[K]> };
};
