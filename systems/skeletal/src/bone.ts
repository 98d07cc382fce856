import { messageOf, type ShapeReference } from '@organism/cell';
import type * as z from 'zod';
import { array, encode, intersection } from 'zod';
import { $ZodAsyncError } from 'zod/v4/core';
import { BoneError, ValidationError } from './errors.ts';
import { deepFreeze, type Immutable } from './immutable.ts';
import { type Issue, toIssues } from './issues.ts';
import { type JsonSchema, type JsonSchemaOptions, nameSchema, toJsonSchema } from './json-schema.ts';
import type { StandardProps, StandardResult } from './standard-schema.ts';
import { hasCodec } from './walk.ts';

/** Options of a {@link Bone}. */
export interface BoneOptions<Input> {
  /** Whole number, 1 or more. Default 1. */
  readonly version?: number;
  /** One line for documents and forms. */
  readonly description?: string;
  /** Values that fit; {@link Bone.checkExamples} proves it. */
  readonly examples?: readonly Input[];
  /** Freeze what `parse` returns, at run time too. `none` costs nothing and is the default; types are readonly always. */
  readonly freeze?: 'none' | 'deep';
}

/** Outcome of a validation that does not throw. */
export type ValidationResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ValidationError; readonly issues: readonly Issue[] };

/** A newer version of a schema, and how an older value becomes a newer one. */
export interface EvolveOptions<From, Input> extends BoneOptions<Input> {
  /** Turns a valid value of the version before into one of this version. */
  readonly upcast: (older: From) => Input;
}

interface Ancestor {
  readonly bone: Bone<unknown, unknown>;
  readonly upcast: (older: never) => unknown;
}

const namePattern = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/;
const syncContext: z.core.ParseContextInternal = { async: false };

/**
 * Schema: the shape of a value, declared once and understood by every organ. Validates, describes itself as JSON
 * Schema, and has versions. Implements Standard Schema.
 *
 * What {@link Bone.parse} returns is read-only by type; it is a new object wherever the schema describes one.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Quake = new Bone('seismic.quake', z.object({ id: z.string(), magnitude: z.number().max(10) }));
 * assert.equal(Quake.parse({ id: 'a1', magnitude: 4.2 }).magnitude, 4.2);
 * const result = Quake.safeParse({ id: 'a1', magnitude: 'big' });
 * assert.equal(result.ok ? '' : result.issues[0]?.message, 'magnitude must be a number; got string.');
 * ```
 * @see https://standardschema.dev
 */
export class Bone<Output, Input = Output> implements ShapeReference {
  readonly name: string;
  readonly version: number;
  readonly description: string | undefined;
  readonly examples: readonly Input[];
  /** The schema beneath. */
  readonly schema: z.ZodType<Output, Input>;
  readonly #freeze: boolean;
  #ancestor: Ancestor | undefined;
  #codec: boolean | undefined;

  /** @throws {BoneError} `SKELETAL_BAD_BONE` for a bad name or version. */
  constructor(name: string, schema: z.ZodType<Output, Input>, options: BoneOptions<Input> = {}) {
    const { version = 1 } = options;
    if (!namePattern.test(name))
      throw new BoneError(
        'SKELETAL_BAD_BONE',
        `A Bone's name must be words of a–z, 0–9 and "-" joined by dots; got ${JSON.stringify(name)}.`,
      );
    if (!Number.isSafeInteger(version) || version < 1)
      throw new BoneError('SKELETAL_BAD_BONE', `The version of ${name} must be a whole number of 1 or more.`);
    this.name = name;
    this.version = version;
    this.description = options.description;
    this.examples = options.examples ?? [];
    this.schema = schema;
    this.#freeze = options.freeze === 'deep';
    nameSchema(schema, version === 1 ? name : `${name}.v${version}`);
  }

  /**
   * The value, checked and read-only.
   *
   * @throws {ValidationError} when it does not fit.
   * @throws {BoneError} `SKELETAL_ASYNC` when the schema has asynchronous checks: use {@link Bone.parseAsync}.
   */
  parse(value: unknown): Immutable<Output> {
    const result = this.#run(value);
    if (result.issues.length > 0) throw new ValidationError(this.name, toIssues(result.issues));
    return this.#finish(result.value);
  }

  #run(value: unknown): z.core.ParsePayload {
    let result;
    try {
      result = this.schema._zod.run({ value, issues: [] }, syncContext);
    } catch (error) {
      if (!(error instanceof $ZodAsyncError)) throw error;
    }
    if (result !== undefined && !(result instanceof Promise)) return result;
    result?.catch(() => {});
    throw new BoneError('SKELETAL_ASYNC', `${this.name} has asynchronous checks: use parseAsync or safeParseAsync.`);
  }

  #finish(value: unknown): Immutable<Output> {
    if (this.#freeze) deepFreeze(value);
    // The schema has just proved it; the run interface is untyped.
    return value as Immutable<Output>;
  }

  /** Like {@link Bone.parse}, giving the issues rather than throwing them. */
  safeParse(value: unknown): ValidationResult<Immutable<Output>> {
    return this.#toResult(this.#run(value));
  }

  #toResult(result: z.core.ParsePayload): ValidationResult<Immutable<Output>> {
    if (result.issues.length === 0) return { ok: true, value: this.#finish(result.value) };
    const issues = toIssues(result.issues);
    return { ok: false, error: new ValidationError(this.name, issues), issues };
  }

  /** Like {@link Bone.parse}, for schemas with asynchronous checks too. */
  async parseAsync(value: unknown): Promise<Immutable<Output>> {
    const result = await this.safeParseAsync(value);
    if (!result.ok) throw result.error;
    return result.value;
  }

  /** Like {@link Bone.safeParse}, for schemas with asynchronous checks too. */
  async safeParseAsync(value: unknown): Promise<ValidationResult<Immutable<Output>>> {
    return this.#toResult(await this.schema._zod.run({ value, issues: [] }, { async: true }));
  }

  /** Whether a value fits as it is. */
  is(value: unknown): value is Input {
    return this.safeParse(value).ok;
  }

  /** @throws {ValidationError} when the value does not fit as it is. */
  assert(value: unknown): asserts value is Input {
    this.parse(value);
  }

  /**
   * The JSON form of a value: codecs (such as {@link isoDate}) are turned back, everything else is left to
   * `JSON.stringify`. What this gives is what `toJSONSchema({ io: 'output' })` describes.
   */
  encode(value: Output | Immutable<Output>): unknown {
    this.#codec ??= hasCodec(this.schema);
    return this.#codec ? encode(this.schema, value as Output) : value;
  }

  /** Standard Schema interface. @see https://standardschema.dev */
  get '~standard'(): StandardProps<Input, Immutable<Output>> {
    return { version: 1, vendor: 'organism', validate: (value) => this.#validate(value) };
  }

  #validate(value: unknown): StandardResult<Immutable<Output>> | Promise<StandardResult<Immutable<Output>>> {
    const convert = (payload: z.core.ParsePayload): StandardResult<Immutable<Output>> =>
      payload.issues.length > 0 ? { issues: toIssues(payload.issues) } : { value: this.#finish(payload.value) };
    const result = this.schema._zod.run({ value, issues: [] }, { async: true });
    return result instanceof Promise ? result.then(convert) : convert(result);
  }

  /**
   * JSON Schema 2020-12 of the JSON on the wire: what `parse` accepts (`input`) or what {@link Bone.encode} gives
   * (`output`, the default).
   *
   * @throws {NotRepresentableError} naming the path of a part that has no JSON form.
   */
  toJSONSchema(options: JsonSchemaOptions = {}): JsonSchema {
    const schema = toJsonSchema(this.name, this.schema, options);
    return {
      ...schema,
      ...(this.description !== undefined && { description: this.description }),
      ...(this.examples.length > 0 && options.io === 'input' && { examples: [...this.examples] }),
    };
  }

  /**
   * The next version of this shape.
   *
   * @example
   * ```ts
   * import assert from 'node:assert/strict';
   * import { Bone } from '@organism/skeletal';
   * import { z } from 'zod';
   *
   * const V1 = new Bone('user', z.object({ name: z.string() }));
   * const V2 = V1.evolve(z.object({ first: z.string(), last: z.string() }), {
   *   upcast: ({ name }) => ({ first: name.split(' ')[0] ?? '', last: name.split(' ')[1] ?? '' }),
   * });
   * assert.deepEqual(V2.parseVersion({ name: 'Ada Lovelace' }, 1), { first: 'Ada', last: 'Lovelace' });
   * ```
   * @throws {BoneError} `SKELETAL_BAD_VERSION` unless the version is higher than this one's.
   */
  evolve<NextOutput, NextInput>(
    schema: z.ZodType<NextOutput, NextInput>,
    options: EvolveOptions<Immutable<Output>, NextInput>,
  ): Bone<NextOutput, NextInput> {
    const version = options.version ?? this.version + 1;
    if (version <= this.version)
      throw new BoneError(
        'SKELETAL_BAD_VERSION',
        `${this.name} ${version} must be newer than version ${this.version}.`,
      );
    const next = new Bone(this.name, schema, { ...options, version });
    next.#ancestor = { bone: this, upcast: options.upcast };
    return next;
  }

  /** The versions that {@link Bone.parseVersion} reads, newest first. */
  get versions(): readonly number[] {
    return [this.version, ...(this.#ancestor?.bone.versions ?? [])];
  }

  /**
   * Reads a value written by this or an older version, upcasting it step by step; each step is checked.
   *
   * @throws {BoneError} `SKELETAL_BAD_VERSION` for a version that is unknown or newer than this one.
   * @throws {ValidationError} when the value does not fit the version it claims.
   */
  parseVersion(value: unknown, version: number): Immutable<Output> {
    if (version === this.version) return this.parse(value);
    if (this.#ancestor === undefined || version > this.version) {
      const problem = version > this.version ? 'is newer than the newest known' : 'is not known';
      throw new BoneError(
        'SKELETAL_BAD_VERSION',
        `Version ${version} of ${this.name} ${problem} (${this.version}).`,
        422,
      );
    }
    const older = this.#ancestor.bone.parseVersion(value, version);
    return this.parse(this.#ancestor.upcast(older as never));
  }

  /** A Bone for values that fit both this and another. */
  and<OtherOutput, OtherInput>(
    other: Bone<OtherOutput, OtherInput>,
    name: string,
    options: BoneOptions<Input & OtherInput> = {},
  ): Bone<Output & OtherOutput, Input & OtherInput> {
    return new Bone(name, intersection(this.schema, other.schema), options);
  }

  /** A Bone for lists of this. */
  array(name = `${this.name}.list`): Bone<Output[], Input[]> {
    return new Bone(name, array(this.schema));
  }

  /** @throws {ValidationError} when one of the declared examples does not fit. */
  checkExamples(): void {
    for (const [index, example] of this.examples.entries()) {
      const result = this.safeParse(example);
      if (!result.ok) throw new ValidationError(`${this.name} (example ${index})`, result.issues);
    }
  }

  /** Plain-data description, for logs and documents. */
  describe(): {
    readonly name: string;
    readonly version: number;
    readonly description?: string;
    readonly jsonSchema?: JsonSchema;
    readonly problem?: string;
  } {
    const base = {
      name: this.name,
      version: this.version,
      ...(this.description !== undefined && { description: this.description }),
    };
    try {
      return { ...base, jsonSchema: this.toJSONSchema() };
    } catch (error) {
      return { ...base, problem: messageOf(error) };
    }
  }
}

/** The type of what a Bone's `parse` returns. */
export type OutputOf<B> = B extends Bone<infer Output, infer _Input> ? Immutable<Output> : never;

/** The type of what a Bone's `parse` accepts. */
export type InputOf<B> = B extends Bone<infer _Output, infer Input> ? Input : never;
