import { AsyncLocalStorage } from 'node:async_hooks';
import type { Ambient } from './ambient.ts';

/** Ambient store on AsyncLocalStorage, for servers. */
export const createAmbient = <T>(): Ambient<T> => {
  const storage = new AsyncLocalStorage<T>();
  return { get: () => storage.getStore(), run: (value, work) => storage.run(value, work) };
};
