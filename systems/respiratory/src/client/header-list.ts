/**
 * Header fields of a response, in the order in which they came. Names compare without regard to case.
 *
 * @see RFC 9110 section 5
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { HeaderList } from '@organism/respiratory/client';
 *
 * const headers = HeaderList.of({ ETag: '"v1"', Vary: 'accept' });
 * assert.equal(headers.get('etag'), '"v1"');
 * assert.deepEqual([...headers], [['etag', '"v1"'], ['vary', 'accept']]);
 * ```
 */
export class HeaderList implements Iterable<readonly [string, string]> {
  // Names and values in turn: a response has few, and most are never asked for.
  readonly #flat: readonly string[];

  /** @param flat lower-case names and values in turn. */
  constructor(flat: readonly string[]) {
    this.#flat = flat;
  }

  /** From an object, or anything that gives pairs, such as `Headers`. */
  static of(source: Readonly<Record<string, string>> | Iterable<readonly [string, string]>): HeaderList {
    const pairs = Symbol.iterator in source ? source : Object.entries(source);
    const flat: string[] = [];
    for (const [name, value] of pairs) flat.push(name.toLowerCase(), value);
    return new HeaderList(flat);
  }

  /** The value of a field, given by its lower-case name; a repeated field's values joined by `, `. */
  get(name: string): string | undefined {
    const flat = this.#flat;
    let found: string | undefined;
    for (let at = 0; at < flat.length; at += 2)
      if (flat[at] === name) found = found === undefined ? flat[at + 1] : `${found}, ${flat[at + 1]}`;
    return found;
  }

  /** Each value of a field that may come more than once, such as `set-cookie`. */
  getAll(name: string): readonly string[] {
    const values: string[] = [];
    for (let at = 0; at < this.#flat.length; at += 2)
      if (this.#flat[at] === name) values.push(this.#flat[at + 1] ?? '');
    return values;
  }

  /** Whether there is such a field. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** A copy in which the fields of `other` replace those of the same name. */
  updatedBy(other: HeaderList, keep: (name: string) => boolean = () => false): HeaderList {
    const newer = [...other].filter(([name]) => !keep(name));
    const names = new Set(newer.map(([name]) => name));
    return HeaderList.of([...[...this].filter(([name]) => !names.has(name)), ...newer]);
  }

  /** A copy without some fields. */
  without(...names: readonly string[]): HeaderList {
    return HeaderList.of([...this].filter(([name]) => !names.includes(name)));
  }

  *[Symbol.iterator](): Generator<readonly [string, string]> {
    for (let at = 0; at < this.#flat.length; at += 2) yield [this.#flat[at] ?? '', this.#flat[at + 1] ?? ''];
  }

  /** The fields as an object; repeated ones joined. */
  toJSON(): Record<string, string> {
    const joined: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [name] of this) joined[name] ??= this.get(name) ?? '';
    return joined;
  }
}
