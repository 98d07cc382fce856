import { OptionError } from '@organism/cell';

type Kind = 'text' | 'number';

/** Options as the query of a URL gives them. */
export type Queried<K extends Readonly<Record<string, Kind>>> = {
  readonly [Name in keyof K]?: K[Name] extends 'number' ? number : string;
};

const numberOf = (name: string, value: string): number => {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isNaN(number)) throw new OptionError(`url?${name}`, 'a number', value);
  return number;
};

/**
 * The options in the query of a URL, by name and kind.
 *
 * @throws {OptionError} for one that is not known, or is there twice, and for a number that is none.
 */
export const readQuery = <const K extends Readonly<Record<string, Kind>>>(
  query: URLSearchParams,
  known: K,
): Queried<K> => {
  const found: Record<string, string | number> = {};
  for (const [name, value] of query) {
    if (!Object.hasOwn(known, name))
      throw new OptionError(`url?${name}`, `left out: this kind of URL takes ${Object.keys(known).join(', ')}`, value);
    if (Object.hasOwn(found, name)) throw new OptionError(`url?${name}`, 'given once', value);
    found[name] = known[name] === 'number' ? numberOf(name, value) : value;
  }
  return found as Queried<K>;
};
