import { setImmediate } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';

/** Bytes that are in use on this thread's heap when all garbage is gone. Needs `--expose-gc`. */
export const heapUsed = async (): Promise<number> => {
  const { gc } = globalThis as { readonly gc?: () => void };
  if (gc === undefined) throw new Error('Memory can only be measured with --expose-gc.');
  // Finalizers and caches of weak references need a turn of the event loop to let go.
  for (let round = 0; round < 3; round += 1) {
    gc();
    await setImmediate();
  }
  return getHeapStatistics().used_heap_size;
};
