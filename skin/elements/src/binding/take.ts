/** Makes the next value of a property from what has come since the last time, in order, and the present one. */
export type Take<T, P> = (values: readonly T[], present: P) => P;

/** Takes the last value, and what is made of it. */
export const latest =
  <T, P>(make: (value: T) => P): ((values: readonly T[]) => P) =>
  (values) =>
    make(values.at(-1) as T);

/** How many there are to be at most, and where new ones go. */
export interface CollectOptions {
  /** At most so many; the oldest go first. Default 1000. */
  readonly most?: number;
  /** Where new ones go. Default `end`. */
  readonly at?: 'start' | 'end';
}

// Who binds a list to a property knows what is in it.
const listOf = <R>(present: unknown): R[] => (Array.isArray(present) ? [...(present as R[])] : []);
const cut = <R>(all: R[], { most = 1000, at = 'end' }: CollectOptions): R[] => {
  if (all.length > most) all.splice(at === 'end' ? 0 : most, all.length - most);
  return all;
};

/** Collects what is made of each value: the entries of a timeline, say. */
export const collect =
  <T, R>(
    make: (value: T) => R,
    options: CollectOptions = {},
  ): ((values: readonly T[], present: unknown) => readonly R[]) =>
  (values, present) => {
    const all = listOf<R>(present);
    for (const value of values) {
      if (options.at === 'start') all.unshift(make(value));
      else all.push(make(value));
    }
    return cut(all, options);
  };

/** Collects values by a key: one whose key is known takes the other's place, such as the rows of a table. */
export const collectBy =
  <T extends object>(
    key: keyof T,
    options: CollectOptions = {},
  ): ((values: readonly T[], present: unknown) => readonly T[]) =>
  (values, present) => {
    const all = listOf<T>(present);
    const places = new Map(all.map((row, index) => [row[key], index] as const));
    const fresh: T[] = [];
    for (const value of values) {
      const place = places.get(value[key]);
      if (place === undefined) {
        places.set(value[key], -1 - fresh.length);
        fresh.push(value);
      } else if (place >= 0) all[place] = value;
      else fresh[-1 - place] = value;
    }
    return cut(options.at === 'start' ? [...fresh.toReversed(), ...all] : [...all, ...fresh], options);
  };
