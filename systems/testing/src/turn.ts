interface Host {
  readonly setImmediate?: (callback: () => void) => unknown;
}

// Taken once, so that a test that replaces the host's timers does not stop virtual clocks too.
const { setImmediate } = globalThis as Host;

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
 * Waits one turn of the host's event loop: every promise job that can run has run by then. Takes microseconds, and
 * waits for no timer.
 */
export const turn = (): Promise<void> => new Promise((resolve) => void (setImmediate ?? throughChannel)(resolve));
