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

/** A queue that is open, and that nobody consumes from yet. */
export interface Store extends AsyncDisposable {
  /** Resolves when the queue has taken the value. */
  publish(value: Reading): Promise<unknown>;
  /** Takes many at once, where the queue can. */
  publishAll?(values: readonly Reading[]): Promise<unknown>;
  /** Hands values to a handler from now on; one that throws makes a dead letter of its value. */
  consume(handler: (value: Reading) => void): Promise<unknown>;
}

/** Makes a queue of a store: consumed from as soon as it is open. */
export const consumed = (open: () => Promise<Store>) => async (): Promise<Queue> => {
  const store = await open();
  const queue: Queue = {
    publish: (value) => store.publish(value),
    onValue: () => {},
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() as Promise<void>,
  };
  await store.consume((value) => queue.onValue(value));
  return queue;
};

/** How it went. */
export interface Run {
  readonly perSecond: number;
  /** Sum of what was consumed, so that contenders can be compared. */
  readonly sum: number;
}

/** Does something so many times, so many at once. */
const times = async (count: number, inFlight: number, work: (n: number) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, one));
};

const perSecond = (count: number, since: bigint): number => (count * 1e9) / Number(process.hrtime.bigint() - since);

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
  const started = process.hrtime.bigint();
  await times(count, inFlight, (n) => queue.publish(reading(n)));
  await done.promise;
  return { perSecond: perSecond(count, started), sum };
};

/** Only publishes: nobody consumes. */
export const publishing = async (open: () => Promise<Store>, count: number, inFlight: number): Promise<number> => {
  await using store = await open();
  const started = process.hrtime.bigint();
  await times(count, inFlight, (n) => store.publish(reading(n)));
  return perSecond(count, started);
};

/** Every such value is poison: its handler throws. */
export const poisonEvery = 100;

/** Only consumes, what was published before; one in a hundred fails for good and becomes a dead letter. */
export const draining = async (open: () => Promise<Store>, count: number): Promise<Run> => {
  await using store = await open();
  const batch = 500;
  for (let from = 0; from < count; from += batch) {
    const readings = Array.from({ length: Math.min(batch, count - from) }, (_, index) => reading(from + index));
    if (store.publishAll !== undefined) await store.publishAll(readings);
    else await Promise.all(readings.map((value) => store.publish(value)));
  }
  const done = Promise.withResolvers<void>();
  let [seen, sum] = [0, 0];
  const started = process.hrtime.bigint();
  await store.consume(({ n }) => {
    seen += 1;
    sum += n;
    if (seen === count) done.resolve();
    if (n % poisonEvery === 0) throw new Error('poison');
  });
  await done.promise;
  return { perSecond: perSecond(count, started), sum };
};
