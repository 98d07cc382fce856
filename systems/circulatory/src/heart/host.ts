import type { Cell, Clock, Entropy } from '@organism/cell';
import type { EnvelopeCodec } from './codec.ts';
import type { Consumer } from './consumer.ts';
import type { ConsumerCounters, ConsumerHost } from './consumer-host.ts';
import type { HeartDriver } from './driver.ts';
import type { HeartFailure } from './heart-options.ts';
import type { Message } from './message.ts';
import type { PublisherHost } from './publisher.ts';

/** What the parts of a Heart share. */
export class HeartHost implements ConsumerHost, PublisherHost {
  readonly driver: HeartDriver;
  readonly codec: EnvelopeCodec;
  readonly source: string;
  readonly trusted: boolean;
  readonly consumers: Set<Consumer> = new Set();
  readonly #cell: Cell;
  readonly #onError: ((failure: HeartFailure) => void) | undefined;
  /** Counters of consumers that have closed. */
  readonly past: Record<keyof ConsumerCounters, number> = { delivered: 0, acked: 0, retried: 0, dead: 0, lost: 0 };
  /** The driver's last failure, until it answers again. */
  trouble: unknown;

  constructor(
    cell: Cell,
    parts: Pick<PublisherHost, 'driver' | 'codec' | 'source' | 'trusted'>,
    onError: ((failure: HeartFailure) => void) | undefined,
  ) {
    this.#cell = cell;
    this.driver = parts.driver;
    this.codec = parts.codec;
    this.source = parts.source;
    this.trusted = parts.trusted;
    this.#onError = onError;
  }

  get clock(): Clock {
    return this.#cell.clock;
  }

  get entropy(): Entropy {
    return this.#cell.entropy;
  }

  report(error: unknown, { topic, options }: Consumer, message?: Message): void {
    try {
      this.#onError?.({ topic: topic.name, group: options.group, error, message });
    } catch {
      // Who is told of failures can't be told of its own.
    }
  }

  answered(error?: unknown): void {
    this.trouble = error;
  }

  opened(consumer: Consumer): void {
    this.consumers.add(consumer);
  }

  closed(consumer: Consumer): void {
    if (!this.consumers.delete(consumer)) return;
    for (const name of ['delivered', 'acked', 'retried', 'dead', 'lost'] as const)
      this.past[name] += consumer.counters[name];
  }
}
