import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * Runs a module in a worker and gives the first message that it posts. A worker has a compiler and a heap of its own:
 * what ran before can't have shaped the code that is measured there, nor fill its heap.
 */
export const isolated = async <T>(module: URL, data: unknown): Promise<T> => {
  const worker = new Worker(module, { workerData: data });
  try {
    const [result] = (await once(worker, 'message')) as [T];
    return result;
  } finally {
    await worker.terminate();
  }
};
