import { availableParallelism } from 'node:os';
import { cluster } from '../node/builtins.ts';
import { type ClusterMessage, isAbout } from './worker.ts';

/** What this process is: the one that supervises, one that serves under it, or the only one. */
export type LungRole = 'single' | 'primary' | 'worker';

/** The role of this process in a server with so many workers. */
export const roleOf = (workers: number | 'auto' | undefined): LungRole => {
  if (workers === undefined) return 'single';
  return cluster().isPrimary ? 'primary' : 'worker';
};

/** How many workers are meant: `auto` is one for each core that this process may use. */
export const workerCount = (workers: number | 'auto'): number =>
  workers === 'auto' ? availableParallelism() : workers;

/** Tells the primary that this worker serves, and calls `stop` when the primary asks; then the process may end. */
export const reportToPrimary = (lung: string, port: number, stop: () => Promise<unknown>): Disposable => {
  const listen = (message: unknown): void => {
    if (!isAbout(message, lung) || message.type !== 'stop') return;
    const leave = (): void => void cluster().worker?.disconnect();
    stop().then(leave, (error: unknown) => {
      console.error(error);
      leave();
    });
  };
  process.on('message', listen);
  const message: ClusterMessage = { organism: 'lung', lung, type: 'ready', port };
  process.send?.(message);
  return { [Symbol.dispose]: () => void process.off('message', listen) };
};
