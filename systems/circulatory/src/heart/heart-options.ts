import type { CellOptions, Clock, Entropy } from '@organism/cell';
import type { EnvelopeCodec } from './codec.ts';
import type { HeartDriver } from './driver.ts';
import type { Durability } from './durability.ts';
import type { Message } from './message.ts';
import type { TopicOptions } from './topic-options.ts';

/** A failure that a Heart tells of. What a handler threw is retried all the same. */
export interface HeartFailure {
  readonly topic: string;
  readonly group: string;
  readonly error: unknown;
  /** What was being handled, where it was a message. */
  readonly message: Message | undefined;
}

/** Options of a {@link Heart}. */
export interface HeartOptions<Tx = unknown> extends Pick<CellOptions, 'needs'> {
  /** Default `heart`. */
  readonly name?: string;
  /** Where messages are kept. Default: a new {@link MemoryBroker}. */
  readonly driver?: HeartDriver<Tx>;
  /** What a driver must promise at least; the start fails when it does not. Default `memory`. */
  readonly durability?: Durability;
  /** Who sends: the `source` of envelopes, a URI reference. Default: the name. */
  readonly source?: string;
  /** Take only topics that were declared. Default false. */
  readonly strict?: boolean;
  /** Options of topics, where their own say nothing else. */
  readonly defaults?: TopicOptions;
  /** Carry principal and tenant with messages. Only among services that trust each other. Default false. */
  readonly trusted?: boolean;
  /** How envelopes are written, for drivers that keep text or bytes; `hemoglobin` makes one. Default JSON. */
  readonly codec?: EnvelopeCodec;
  /** How often what has expired is swept out, in milliseconds. Default 30 000. */
  readonly sweepMs?: number;
  /** Told of failures of handlers and of the driver. */
  readonly onError?: (failure: HeartFailure) => void;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}
