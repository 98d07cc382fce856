const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** The middle of some readings, and the quarter below and above it. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** Median and quartiles. */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b);
  return { low: at(sorted, 0.25), median: at(sorted, 0.5), high: at(sorted, 0.75) };
};

/** Both sides of the round whose ratio is the median: what disturbs a round, disturbs both of its sides. */
export const middlePair = (ours: readonly number[], theirs: readonly number[]): readonly [number, number] => {
  const ratioOf = (round: number): number => (ours[round] ?? Number.NaN) / (theirs[round] ?? Number.NaN);
  const middle = at(
    [...ours.keys()].sort((a, b) => ratioOf(a) - ratioOf(b)),
    0.5,
  );
  return [ours[middle] ?? Number.NaN, theirs[middle] ?? Number.NaN];
};

/** The value that so much of all is not above, such as 0.99. */
export const percentile = (values: Float64Array | readonly number[], share: number): number =>
  at(
    [...values].sort((a, b) => a - b),
    share,
  );

/** As text: the median, and the quartiles. */
export const spreadText = ({ low, median, high }: Spread, digits = 1): string =>
  `${median.toFixed(digits)} [${low.toFixed(digits)}–${high.toFixed(digits)}]`;
