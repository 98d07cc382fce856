/** The value of every message: about 300 bytes of JSON. */
export interface Reading {
  readonly n: number;
  readonly station: string;
  readonly place: string;
  readonly values: readonly number[];
}

const values = Array.from({ length: 24 }, (_, index) => Math.round(Math.sin(index) * 1e6) / 1e3);

/** A value like others, numbered. */
export const reading = (n: number): Reading => ({
  n,
  station: 'TW.HWA.BHZ',
  place: '12 km south-south-east of Hualien City, Taiwan, at a depth of 35 kilometres',
  values,
});

/** A queue that is open: published to and consumed from in this process. */
export interface Queue extends AsyncDisposable {
  /** Resolves when the queue has taken the value. */
  publish(value: Reading): Promise<unknown>;
  /** Called for every value that was consumed. */
  onValue: (value: Reading) => void;
}

/** How it went. */
export interface Run {
  readonly perSecond: number;
  /** Sum of what was consumed, so that contenders can be compared. */
  readonly sum: number;
}

/** Publishes values, so many in flight at once, and waits until all are consumed. */
export const throughput = async (open: () => Promise<Queue>, count: number, inFlight: number): Promise<Run> => {
  await using queue = await open();
  const done = Promise.withResolvers<void>();
  let [seen, sum] = [0, 0];
  queue.onValue = ({ n }) => {
    sum += n;
    seen += 1;
    if (seen === count) done.resolve();
  };
  let next = 0;
  const publish = async (): Promise<void> => {
    while (next < count) await queue.publish(reading(next++));
  };
  const started = process.hrtime.bigint();
  await Promise.all(Array.from({ length: inFlight }, publish));
  await done.promise;
  return { perSecond: (count * 1e9) / Number(process.hrtime.bigint() - started), sum };
};
