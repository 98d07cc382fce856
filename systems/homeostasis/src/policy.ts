import type { Context } from '@organism/cell';
import type { Decision } from './decision.ts';

/** What a policy hands to the work it runs: one per attempt. Read its members, don't spread it: they are getters. */
export interface Scope {
  /** Aborts when the result is no longer wanted. Made when it is first read, so work that ignores it costs nothing. */
  readonly signal: AbortSignal;
  /** Which try this is, for the innermost policy that repeats work; 1 for the first. */
  readonly attempt: number;
  /** The unit of work this call belongs to, if the caller gave one. */
  readonly context: Context | undefined;
  /** What the call is about, such as a user or a URL, for policies that keep state per key. */
  readonly key: string | undefined;
}

/** What a caller can say about one call. */
export interface CallOptions {
  /** Bounds the call: no policy waits past its deadline, and its signal cancels. Never taken from the surroundings. */
  readonly context?: Context | undefined;
  /** Cancels the call: policies stop waiting at once, and the work's own signal aborts. */
  readonly signal?: AbortSignal | undefined;
  /** What the call is about; used by {@link Coalesce} and {@link RateLimit}. */
  readonly key?: string | undefined;
  /** Which try this is; set by {@link Retry}. Default 1. */
  readonly attempt?: number | undefined;
}

/** A function that a policy runs, once or more. It may throw, return a value, or return a promise. */
export type Work<T> = (scope: Scope) => T | PromiseLike<T>;

/** Options that every policy takes. */
export interface PolicyOptions {
  /** Shown in decisions and error messages. Default: the policy's kind, such as `retry`. */
  readonly name?: string;
}

/**
 * Resilience policy: decides whether, when and how often some work runs.
 *
 * Your own needs `execute` only: run `work` as often as you like and hand on the scope, or an object with another
 * signal. `Alternative` is what it may answer with instead of the work's own result.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { type Policy, regulate, Retry } from '@organism/homeostasis';
 *
 * let calls = 0;
 * const counted: Policy = {
 *   execute: async (work, options) => {
 *     calls += 1;
 *     return regulate().execute(work, options);
 *   },
 * };
 * const policy = regulate(counted, new Retry());
 * assert.equal(await policy.execute(() => 42), 42);
 * assert.equal(calls, 1);
 * ```
 */
export interface Policy<Alternative = never> {
  readonly name?: string;
  /** Only for the types, which can't be read off a generic method; never set. */
  readonly alternative?: () => Alternative;
  /** Runs the work under this policy. Never throws: whatever goes wrong rejects the promise. */
  execute<T>(work: Work<T>, options?: CallOptions): Promise<T | Alternative>;
  /** Calls back at every decision, at once and in order. Dispose what it returns to stop. */
  observe?(listener: (decision: Decision) => void): Disposable;
}
