import type { Exchange } from './exchange/exchange.ts';
import type { Hook } from './hooks.ts';

/** Rate limit port: `RateLimit` of `@organism/homeostasis` fits. */
export interface RateLimiter {
  /** Runs the work when the key may; rejects with an error of status 429 and `retryAfterMs` when it may not. */
  execute<T>(work: () => T | Promise<T>, options: { readonly key?: string }): Promise<T>;
}

/** Rate limit of an endpoint. */
export interface LimitOptions {
  readonly limiter: RateLimiter;
  /** Whom to count: an account, an address, a tenant. Default: the principal of the context, else all as one. */
  readonly key?: (exchange: Exchange) => string;
}

const nothing = (): void => {};
const byPrincipal = (exchange: Exchange): string => exchange.context.principal?.id ?? '';

/** A rate limit as a hook. */
export const limited =
  ({ limiter, key = byPrincipal }: LimitOptions): Hook =>
  (exchange) =>
    limiter.execute(nothing, { key: key(exchange) });
