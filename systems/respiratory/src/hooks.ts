import type { Exchange } from './exchange/exchange.ts';

/** Runs before the handler; throws to refuse, or answers itself, and then nothing that comes after it runs. */
export type Hook = (exchange: Exchange) => void | Promise<void>;

/** How a request ended. */
export interface Outcome {
  /** Of the response; undefined when the client left before there was one. */
  readonly status: number | undefined;
  /** From the head of the request until its connection had all of the response, in milliseconds. */
  readonly durationMs: number;
}

/** Is told of a request that has ended, well or not. What it throws goes to `onError`, and changes nothing. */
export type AfterHook = (exchange: Exchange, outcome: Outcome) => void | Promise<void>;

/**
 * Hooks and handler as one function. No async function, so that hooks that are done at once cost a call each and no
 * promise (benchmark respiratory.http, hooks).
 */
export const compileHooks = (hooks: readonly Hook[], handle: Hook): Hook =>
  hooks.reduceRight<Hook>((next, hook) => {
    const goOn = (exchange: Exchange): void | Promise<void> => (exchange.answered ? undefined : next(exchange));
    return (exchange) => {
      const done = hook(exchange);
      // Whatever can be awaited, as hooks may give back what a library gave them.
      return typeof done?.then === 'function' ? Promise.resolve(done).then(() => goOn(exchange)) : goOn(exchange);
    };
  }, handle);
