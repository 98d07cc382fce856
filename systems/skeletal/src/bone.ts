import type { z } from 'zod';
import { OrganismError, type ShapeReference } from '@organism/cell';

/** A value that is read-only all the way down. */
export type Immutable<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends Date | RegExp | Blob | Map<unknown, unknown> | Set<unknown>
    ? T
    : T extends object
      ? { readonly [K in keyof T]: Immutable<T[K]> }
      : T;

/** Options of a {@link Bone}. */
export interface BoneOptions<Input> {
  readonly version?: number;
  readonly description?: string;
  readonly examples?: readonly Input[];
}

/** Schema: the shape of a value, declared once and understood by every organ. */
export class Bone<Output, Input = Output> implements ShapeReference {
  readonly name: string;
  readonly version: number;
  readonly schema: z.ZodType<Output, Input>;

  constructor(name: string, schema: z.ZodType<Output, Input>, options: BoneOptions<Input> = {}) {
    this.name = name;
    this.schema = schema;
    this.version = options.version ?? 1;
  }

  /** The value, checked. @throws {OrganismError} when it does not fit. */
  parse(value: unknown): Immutable<Output> {
    const result = this.schema.safeParse(value);
    if (!result.success) throw new OrganismError('SKELETAL_INVALID', 'invalid', { status: 400 });
    return result.data as Immutable<Output>;
  }
}
