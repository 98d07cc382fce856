interface Host {
  readonly setImmediate?: (callback: () => void) => unknown;
}

// Taken once, so that a test that replaces the host's timers does not stop journals too.
const { setImmediate } = globalThis as Host;

/** Promise jobs that a group of writes waits for: more than code that only waits for its flow takes to go on. */
const jobs = 12;

const afterJobs = (callback: () => void, left: number): void => {
  if (left === 0) callback();
  else queueMicrotask(() => afterJobs(callback, left - 1));
};

const throughChannel = (callback: () => void): void => {
  const { port1, port2 } = new MessageChannel();
  const hear = (): void => {
    port1.close();
    callback();
  };
  port1.addEventListener('message', hear, { once: true });
  port1.start();
  port2.postMessage(undefined);
};

/**
 * Calls back when what can go on now has gone on: after the promise jobs, or at the end of a turn of the event loop, so
 * that what several connections and timers brought comes together.
 */
export const afterwards = (grouping: 'jobs' | 'turn', callback: () => void): void => {
  if (grouping === 'jobs') afterJobs(callback, jobs);
  else (setImmediate ?? throughChannel)(callback);
};
