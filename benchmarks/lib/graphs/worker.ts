import { parentPort, workerData } from 'node:worker_threads';
import { heapUsed } from '../heap.ts';
import { makerOf } from './contenders.ts';
import { idle } from './idle.ts';
import { latencyOf } from './latency.ts';

/** What is asked about one contender, whose graph or nodes are made in a worker of its own. */
export type Task =
  | {
      /** The sum of so many values, the latency of so many, or the bytes of heap that they leave behind. */
      readonly measure: 'sum' | 'latency' | 'growth';
      readonly comparison: string;
      /** Ours when left out. */
      readonly peer?: string | undefined;
      readonly times: number;
    }
  | {
      /** The bytes of heap that each of so many idle nodes takes. */
      readonly measure: 'idle';
      readonly kind: string;
      readonly count: number;
    };

const task = workerData as Task;

const bytesEach = async (kind: string, count: number): Promise<number> => {
  const make = idle[kind];
  if (make === undefined) throw new Error(`There is no node "${kind}".`);
  // What the first ones load and compile is not theirs.
  await make(100);
  const before = await heapUsed();
  const kept = await make(count);
  const after = await heapUsed();
  // Mentioned here, so that it can't be collected before.
  return kept === undefined ? Number.NaN : (after - before) / count;
};

const growth = async (work: (times: number) => unknown, times: number): Promise<number> => {
  // By then the code is compiled, and queues have reached their size.
  await work(100_000);
  const before = await heapUsed();
  await work(times);
  return (await heapUsed()) - before;
};

const answer = async (): Promise<unknown> => {
  if (task.measure === 'idle') return bytesEach(task.kind, task.count);
  const graph = await makerOf(task.comparison, task.peer)();
  if (task.measure === 'latency') return latencyOf(graph, task.times);
  return task.measure === 'sum' ? graph.work(task.times) : growth(graph.work, task.times);
};

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin, a window has
parentPort?.postMessage(await answer());
