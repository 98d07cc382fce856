import type { Clock } from '@organism/cell';
import type { Options } from 'amqplib';
import type { DeathReason } from '../heart/driver.ts';
import { type Link, troubleWith } from './link.ts';
import type { Outlet } from './outlet.ts';
import type { Topology } from './topology.ts';
import type { Delivery } from './window.ts';
import { type Arrival, toContent, toDeadProperties, toProperties } from './wire.ts';

/** What a {@link Mover} needs. */
export interface MoverHost {
  readonly inlet: Link;
  readonly outlet: Outlet;
  readonly topology: Topology;
  /** A name for a dead letter. */
  nextRef(): string;
}

/**
 * Moves messages of a group to other queues: to its dead letters, or to where they wait. Each is published and confirmed; to
 * acknowledge the original is then the caller's, so that at worst there are two.
 */
export class Mover {
  readonly #host: MoverHost;
  readonly #clock: Clock;
  readonly #deadQueue: string;

  constructor(host: MoverHost, deadQueue: string) {
    this.#host = host;
    this.#clock = host.inlet.host.clock;
    this.#deadQueue = deadQueue;
  }

  /** Puts a message off: into a queue from which it comes back, once or in parts of the time. */
  async park({ lane }: Delivery, message: Arrival): Promise<void> {
    const now = this.#clock.now();
    const queue = await this.#host.topology.parking(lane.queue, message.dueAt - now);
    // Without an end for the server to see: what expires in there would come back as if it were due.
    const { expiration: _, ...properties } = toProperties(message, now, message);
    await this.#send(queue, message, properties);
  }

  /** Puts a message at the end of its queue, with the number of its attempts. */
  async again({ lane, arrival }: Delivery, attempts: number): Promise<void> {
    const properties = toProperties({ ...arrival, dueAt: 0 }, this.#clock.now(), { ...arrival, attempts });
    await this.#send(lane.queue, arrival, properties);
  }

  /** Puts a message among the dead letters. */
  async bury({ lane, arrival }: Delivery, reason: DeathReason, attempts: number, failedAt: number): Promise<void> {
    const death = { ref: this.#host.nextRef(), reason, attempts, failedAt, lane: lane.queue };
    await this.#send(this.#deadQueue, arrival, toDeadProperties(arrival, death));
  }

  async #send(queue: string, { body }: Arrival, properties: Options.Publish): Promise<void> {
    if (await this.#host.outlet.send('', queue, toContent(body), properties)) return;
    throw troubleWith('move a message', new Error('Its queue is gone.'));
  }
}
