import { OptionError } from '@organism/cell';
import type { RateAnswer, RateStore, RateStrategy } from '@organism/homeostasis';
import { rateScript } from './rate-script.ts';
import { type RedisCaller, RedisScript } from './script.ts';

/** Options of {@link RedisRateStore}. */
export interface RedisRateStoreOptions {
  readonly client: RedisCaller;
  /** What all keys begin with. Default `rate`. */
  readonly prefix?: string;
}

const kinds = new Set(['token-bucket', 'sliding-window', 'gcra']);
const script = new RedisScript(rateScript);

/**
 * Rate store on Redis: one limit for all processes. Reads, decides and writes in one step, by the server's own clock. Knows
 * the strategies of homeostasis: `tokenBucket`, `slidingWindow`, `gcra`.
 *
 * @example
 * ```ts no-run
 * import { RateLimit, tokenBucket } from '@organism/homeostasis';
 * import { RedisRateStore } from '@organism/respiratory/redis';
 * import { Redis } from 'ioredis';
 *
 * export const limiter = new RateLimit({
 *   strategy: tokenBucket({ capacity: 20, refillPerSecond: 5 }),
 *   store: new RedisRateStore({ client: new Redis() }),
 * });
 * ```
 */
export class RedisRateStore implements RateStore {
  readonly #client: RedisCaller;
  readonly #prefix: string;

  constructor(options: RedisRateStoreOptions) {
    this.#client = options.client;
    this.#prefix = options.prefix ?? 'rate';
  }

  /** @throws {OptionError} `CELL_BAD_OPTION` for a strategy of another kind. */
  async take(key: string, strategy: RateStrategy): Promise<RateAnswer> {
    const { kind, parameters } = strategy;
    if (!kinds.has(kind)) throw new OptionError('strategy', `one of ${[...kinds].join(', ')}`, kind);
    const { capacity = 0, refillPerSecond = 0, limit = 0, windowMs = 0, periodMs = 0, burst = 0 } = parameters;
    const numbers =
      kind === 'token-bucket'
        ? [capacity, refillPerSecond / 1000]
        : kind === 'gcra'
          ? [periodMs / limit, burst]
          : [limit, windowMs];
    const answer = await script.run(this.#client, `${this.#prefix}:${kind}:${key}`, kind, ...numbers.map(String));
    const [allowed, retryAfter, remaining] = answer as [number, string, number];
    return { allowed: allowed === 1, retryAfterMs: Number(retryAfter), remaining };
  }
}
