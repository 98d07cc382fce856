import { UnsupportedSchemaError } from '../errors.ts';
import { patternOf } from './pattern.ts';
import { isSchema, type JsonSchema, type Schema, schemasAt } from './shape.ts';

const refsIn = (part: unknown, found: Set<string> = new Set()): Set<string> => {
  if (typeof part !== 'object' || part === null) return found;
  for (const [key, inner] of Object.entries(part)) {
    if (key === '$ref' && typeof inner === 'string') found.add(inner);
    else refsIn(inner, found);
  }
  return found;
};

/** What a schema comes down to once references are followed and `allOf` is opened. */
export interface Flat {
  /** Keyword objects that all apply. */
  readonly parts: readonly JsonSchema[];
  /** How many references were followed that can lead back to themselves. */
  readonly cycles: number;
}

/** A JSON Schema document, whose references can be followed. */
export class SchemaDocument {
  readonly name: string;
  readonly root: JsonSchema;
  readonly #cyclic = new Map<string, boolean>();
  readonly #patterns = new Map<string, RegExp>();

  constructor(name: string, root: JsonSchema) {
    this.name = name;
    this.root = root;
  }

  /** A pattern of the document, made once. */
  pattern(source: string): RegExp {
    const pattern = this.#patterns.get(source) ?? patternOf(source);
    this.#patterns.set(source, pattern);
    return pattern;
  }

  /** The schema a reference stands for. @throws {UnsupportedSchemaError} when it is not in this document. */
  resolve(ref: string): Schema {
    const refuse = (): never => {
      throw new UnsupportedSchemaError(this.name, ref, 'a reference to nothing in the same document');
    };
    if (!ref.startsWith('#')) return refuse();
    let at: unknown = this.root;
    for (const step of ref.slice(1).split('/').slice(1)) {
      const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
      at = typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined;
    }
    return isSchema(at) ? at : refuse();
  }

  /** Whether following a reference can lead to it again. */
  isCyclic(ref: string): boolean {
    const known = this.#cyclic.get(ref);
    if (known !== undefined) return known;
    const seen = new Set<string>();
    const reach = (from: string): boolean => {
      for (const next of refsIn(this.resolve(from))) {
        if (next === ref) return true;
        if (seen.has(next)) continue;
        seen.add(next);
        if (reach(next)) return true;
      }
      return false;
    };
    const cyclic = reach(ref);
    this.#cyclic.set(ref, cyclic);
    return cyclic;
  }

  /** Follows references and opens `allOf`; undefined when nothing can fit. */
  flatten(schema: Schema, followed: readonly string[] = []): Flat | undefined {
    if (schema === false) return undefined;
    if (schema === true) return { parts: [], cycles: 0 };
    const { not } = schema;
    if (not === true || (isSchema(not) && Object.keys(not).length === 0)) return undefined;
    const { $ref, allOf: _, ...own } = schema;
    const parts: JsonSchema[] = Object.keys(own).length > 0 ? [own] : [];
    let cycles = 0;
    const add = (inner: Flat | undefined): boolean => {
      if (inner === undefined) return false;
      parts.push(...inner.parts);
      cycles += inner.cycles;
      return true;
    };
    if (typeof $ref === 'string') {
      if (followed.includes($ref)) throw new UnsupportedSchemaError(this.name, $ref, 'a reference to itself');
      if (!add(this.flatten(this.resolve($ref), [...followed, $ref]))) return undefined;
      if (this.isCyclic($ref)) cycles++;
    }
    for (const inner of schemasAt(schema, 'allOf')) if (!add(this.flatten(inner, followed))) return undefined;
    return { parts, cycles };
  }
}
