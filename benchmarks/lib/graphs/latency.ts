import type { Graph } from './graph.ts';

/** Percentiles of the time that single values take, in nanoseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

const at = (sorted: Float64Array, share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;

const timeOne = async (graph: Pick<Graph, 'send'>): Promise<number> => {
  const started = process.hrtime.bigint();
  // A value that passes every node.
  const sent = graph.send(300);
  if (sent instanceof Promise) await sent;
  return Number(process.hrtime.bigint() - started);
};

/**
 * Sends values one by one, each when the last has arrived. The times include what it takes to read the clock, some 40 ns;
 * a graph that does nothing shows how much that is.
 */
export const latencyOf = async (graph: Pick<Graph, 'send'>, samples: number): Promise<Latency> => {
  // By time, not by count: a graph that has just started, and is not compiled yet, is another question.
  const warmUntil = performance.now() + 500;
  while (performance.now() < warmUntil) await timeOne(graph);
  const times = new Float64Array(samples);
  for (let index = 0; index < samples; index += 1) times[index] = await timeOne(graph);
  times.sort();
  return { p50: at(times, 0.5), p99: at(times, 0.99) };
};
