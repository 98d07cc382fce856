import type { Channel, GetMessage } from 'amqplib';
import type { DeadQuery, DeadRecord } from '../heart/driver.ts';
import { closeQuietly, type Link, troubleWith } from './link.ts';
import type { Outlet } from './outlet.ts';
import { isNotFound } from './topology.ts';
import { Turns } from './turns.ts';
import { toDeadRecord, toRevived } from './wire.ts';

/** What becomes of a dead letter that was picked. True: it leaves its queue. */
type Pick = (message: GetMessage) => Promise<boolean> | boolean;

/**
 * Dead letters: a quorum queue for each group. They are read by taking them out and giving them back, so whoever else reads
 * at the same moment sees those that are left.
 */
export class Morgue {
  readonly #link: Link;
  readonly #outlet: Outlet;
  readonly #turns = new Turns();

  constructor(link: Link, outlet: Outlet) {
    this.#link = link;
    this.#outlet = outlet;
  }

  /** The oldest, or those that were asked for. */
  async list(queue: string, query: DeadQuery): Promise<readonly DeadRecord[]> {
    const found: DeadRecord[] = [];
    await this.#each('read dead letters', queue, query, (message) => {
      const { lane: _, ...record } = toDeadRecord(message);
      found.push(record);
      return false;
    });
    return found;
  }

  /** Gives them back to the lanes they came from. Returns how many. */
  replay(queue: string, query: DeadQuery, now: number): Promise<number> {
    return this.#each('replay', queue, query, async (message) => {
      const { lane } = toDeadRecord(message);
      return lane !== undefined && (await this.#outlet.send('', lane, message.content, toRevived(message, now)));
    });
  }

  /** Deletes them. Returns how many. */
  discard(queue: string, query: DeadQuery): Promise<number> {
    return this.#each('discard', queue, query, () => true);
  }

  #each(what: string, queue: string, query: DeadQuery, pick: Pick): Promise<number> {
    if (query.limit === 0 || query.refs?.length === 0) return Promise.resolve(0);
    return this.#turns.take(queue, async () => {
      const channel = await this.#link.channel(what);
      try {
        return await this.#walk(what, channel, queue, query, pick);
      } catch (error) {
        if (isNotFound(error)) return 0;
        throw troubleWith(what, error);
      } finally {
        closeQuietly(channel);
      }
    });
  }

  async #walk(what: string, channel: Channel, queue: string, { limit, refs }: DeadQuery, pick: Pick): Promise<number> {
    const wanted = refs === undefined ? undefined : new Set(refs.slice(0, limit));
    const picked: Promise<boolean>[] = [];
    const kept: GetMessage[] = [];
    const most = wanted?.size ?? limit;
    try {
      while (picked.length < most) {
        const message = await this.#link.ask(what, channel.get(queue));
        if (message === false) break;
        if (wanted !== undefined && !wanted.delete(toDeadRecord(message).ref)) {
          kept.push(bare(message));
          continue;
        }
        picked.push(
          Promise.resolve(pick(message)).then((isGone) => {
            if (isGone) channel.ack(message);
            else kept.push(bare(message));
            return isGone;
          }),
        );
        // What was given to another queue is waited for in parts, so that not all of it is on its way at once.
        if (picked.length % 100 === 0) await Promise.all(picked);
      }
    } finally {
      await Promise.allSettled(picked);
    }
    if (kept.length > 0) await this.#takeReturned(what, channel, queue, kept);
    // One by one: all at once would come back in the opposite order.
    const inOrder = kept.toSorted((one, other) => one.fields.deliveryTag - other.fields.deliveryTag);
    for (const message of inOrder) channel.nack(message, false, true);
    // An answer to this says that the server has the rest back.
    await this.#link.ask(what, channel.prefetch(0));
    return (await Promise.all(picked)).filter(Boolean).length;
  }

  /** What is given back goes behind what was given back before: that is taken too, so that the order stays. */
  async #takeReturned(what: string, channel: Channel, queue: string, kept: GetMessage[]): Promise<void> {
    for (;;) {
      const message = await this.#link.ask(what, channel.get(queue));
      if (message === false) return;
      kept.push(bare(message));
      if (!message.fields.redelivered) return;
    }
  }
}

const empty = Buffer.alloc(0);

/** A message without what it carries: there may be many that are only to go back. */
const bare = (message: GetMessage): GetMessage => ({ ...message, content: empty });
