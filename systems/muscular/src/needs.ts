import { OptionError } from '@organism/cell';
import { NeedMissingError } from './errors.ts';

declare const needed: unique symbol;

/** A dependency declared by its type alone; made by {@link need}. */
export interface TypedNeed<T> {
  readonly [needed]?: T;
  readonly kind: 'need';
}

/** How a dependency is declared: by {@link need}, or by its class, which is then checked when it is given. */
export type Need<T> = TypedNeed<T> | (abstract new (...args: never) => T);

/** How an operation's dependencies are declared: by name. */
export type NeedDeclarations<Needs> = { readonly [K in keyof Needs]: Need<Needs[K]> };

/** No dependencies, or all of them given. */
export type NoNeeds = Readonly<Record<never, never>>;

const marker: TypedNeed<never> = { kind: 'need' };

/**
 * Declares a dependency by its type: what implements it is given later.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, need } from '@organism/muscular';
 *
 * interface Prices { of(sku: string): Promise<number> }
 * const quote = new Muscle({
 *   name: 'quote',
 *   needs: { prices: need<Prices>() },
 *   run: (sku: string, { needs: { prices } }) => prices.of(sku),
 * });
 * assert.deepEqual(quote.unmet, ['prices']);
 * assert.equal(await quote.with({ prices: { of: async () => 3 } }).execute('tea'), 3);
 * ```
 */
export const need = <T>(): TypedNeed<T> => marker as TypedNeed<T>;

type Declared = Readonly<Record<string, Need<unknown>>>;

/** Checks the declarations themselves. @throws {OptionError} that names one that is neither. */
export const checkDeclarations = (declared: Declared): void => {
  for (const [name, one] of Object.entries(declared))
    if (typeof one !== 'function' && one !== marker)
      throw new OptionError(`needs.${name}`, 'made by need(), or a class', one);
};

/**
 * Adds what is given to what there is.
 *
 * @throws {OptionError} when something was not declared, or is not of its class.
 * @throws {NeedMissingError} when something is given as undefined or null.
 */
export const give = (muscle: string, declared: Declared, had: object, given: object): object => {
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    const one = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (one === undefined) throw new OptionError(`needs.${name}`, `declared by Muscle "${muscle}"`, value);
    if (value === undefined || value === null) throw new NeedMissingError(muscle, [name]);
    if (typeof one === 'function' && !(value instanceof one))
      throw new OptionError(`needs.${name}`, `of class ${one.name}`, value);
  }
  return { ...had, ...given };
};

/** Names of what is declared and not given. */
export const unmetOf = (declared: Declared, given: object): readonly string[] =>
  Object.keys(declared).filter((name) => !Object.hasOwn(given, name));
