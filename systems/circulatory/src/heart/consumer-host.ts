import type { Clock, Entropy } from '@organism/cell';
import type { EnvelopeCodec } from './codec.ts';
import type { Consumer } from './consumer.ts';
import type { HeartDriver } from './driver.ts';
import type { Message } from './message.ts';

/** What a consumer needs of its Heart. */
export interface ConsumerHost {
  readonly driver: HeartDriver;
  readonly codec: EnvelopeCodec;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly trusted: boolean;
  /** Tells of a failure, with the message it is about where there is one. */
  report(error: unknown, consumer: Consumer, message?: Message): void;
  /** Whether the driver answered. */
  answered(error?: unknown): void;
  opened(consumer: Consumer): void;
  closed(consumer: Consumer): void;
}

/** Counters of a consumer. */
export interface ConsumerCounters {
  readonly delivered: number;
  readonly acked: number;
  readonly retried: number;
  readonly dead: number;
  /** Messages whose lease ran out here. */
  readonly lost: number;
}
