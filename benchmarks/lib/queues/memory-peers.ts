import fastq from 'fastq';
import { ServiceBroker } from 'moleculer';
import { EventEmitter } from 'node:events';
import type { Queue, Reading } from './contender.ts';

/** Node's own emitter: no queue, no acknowledgement, nothing kept. What no broker can be faster than. */
export const emitter = (): Promise<Queue> => {
  const events = new EventEmitter();
  const queue: Queue = {
    publish: (value) => {
      events.emit('reading', value);
      return Promise.resolve();
    },
    onValue: () => {},
    [Symbol.asyncDispose]: async () => void events.removeAllListeners('reading'),
  };
  events.on('reading', (value: Reading) => queue.onValue(value));
  return Promise.resolve(queue);
};

/** fastq with promises, as its documentation shows it: an unbounded queue of one worker function; no groups, no retries. */
export const fastQueue = (): Promise<Queue> => {
  const work = async (value: Reading): Promise<void> => queue.onValue(value);
  const tasks = fastq.promise<unknown, Reading, void>(work, 100);
  const queue: Queue = {
    publish: (value) => tasks.push(value),
    onValue: () => {},
    [Symbol.asyncDispose]: async () => void tasks.kill(),
  };
  return Promise.resolve(queue);
};

/** Moleculer's local bus: an event that one service of the node listens to; nothing kept, no retries. */
export const moleculer = async (): Promise<Queue> => {
  const broker = new ServiceBroker({ logger: false, metrics: false, tracing: false });
  const queue: Queue = {
    publish: (value) => broker.emit('reading', value),
    onValue: () => {},
    [Symbol.asyncDispose]: () => broker.stop(),
  };
  broker.createService({
    name: 'readings',
    events: { reading: (context: { readonly params: Reading }) => queue.onValue(context.params) },
  });
  await broker.start();
  return queue;
};
