import * as fc from 'fast-check';

/** How many samples to look at, and how many of them must pass: the first rounds settle most cases. */
const rounds = [
  { samples: 5, passing: 1 },
  { samples: 45, passing: 2 },
  { samples: 250, passing: 4 },
] as const;

const passes = <T>(values: fc.Arbitrary<T>, test: (value: T) => boolean, round: (typeof rounds)[number]): boolean =>
  fc.sample(values, { numRuns: round.samples, seed: round.samples }).filter((value) => test(value)).length >=
  round.passing;

/** Whether an arbitrary makes values that pass a test often enough to be filtered by it. */
export const isViable = <T>(values: fc.Arbitrary<T>, test: (value: T) => boolean): boolean =>
  rounds.some((round) => passes(values, test, round));

/**
 * Those of several arbitraries that make values which pass a test most readily, filtered and joined; undefined when
 * none does.
 */
export const firstViable = <T>(
  candidates: readonly fc.Arbitrary<T>[],
  test: (value: T) => boolean,
): fc.Arbitrary<T> | undefined => {
  for (const round of rounds) {
    const viable = candidates.filter((values) => passes(values, test, round));
    if (viable.length > 0) return fc.oneof(...viable.map((values) => values.filter((value) => test(value))));
  }
  return undefined;
};
