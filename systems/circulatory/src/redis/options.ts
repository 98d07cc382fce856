import type { Clock } from '@organism/cell';
import type { RedisClient } from './client.ts';

/** Options of a `RedisBroker`. */
export interface RedisBrokerOptions {
  /** A client that is connected or will be; it stays yours to close. */
  readonly client: RedisClient;
  /** Begin of all its keys. Default `heart`. */
  readonly prefix?: string;
  /** How often consumers look for what other processes have published, in milliseconds. Default 50; Infinity: never. */
  readonly pollMs?: number;
  /** How long `open` goes on trying while the server does not answer, in milliseconds. Default 0: it tries once. */
  readonly openTimeoutMs?: number;
  /** Told of what should be looked into. Default: a warning of the process. */
  readonly onWarning?: (warning: RedisWarning) => void;
  readonly clock?: Clock;
}

/** Something that does not stop the driver, but may cost messages or has cost time. */
export interface RedisWarning {
  /** `eviction`: the server may throw messages away when its memory is full. `unreachable`: a try to open has failed. */
  readonly code: 'eviction' | 'unreachable';
  readonly message: string;
}

/** Says it where the process says its warnings. */
export const warnProcess = ({ code, message }: RedisWarning): void =>
  process.emitWarning(message, { type: 'CirculatoryWarning', code: `CIRCULATORY_REDIS_${code.toUpperCase()}` });
