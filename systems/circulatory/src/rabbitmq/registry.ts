import type { Channel } from 'amqplib';
import type { Link } from './link.ts';
import type { Names, QueueSet } from './names.ts';
import type { Outlet } from './outlet.ts';
import { Turns } from './turns.ts';

/** What was read so long ago is read again. */
const freshMs = 2000;

interface Notice {
  readonly group: string;
  readonly set: QueueSet;
}

const isNotice = (value: unknown): value is Notice => {
  const { group, set } = (value ?? {}) as Partial<Notice>;
  return typeof group === 'string' && (set === 'first' || set === 'own');
};

const parse = (content: Buffer): Notice | undefined => {
  try {
    const value: unknown = JSON.parse(content.toString('utf8'));
    return isNotice(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

interface Known {
  readonly groups: Map<string, QueueSet>;
  readAt: number;
}

/**
 * Which groups a topic has, also those of other processes. AMQP can't list queues, so there is a note of each group in a
 * queue of the topic. It serves to look at a topic and to bound it, and nothing else depends on it: who can't read it goes by
 * what is known.
 */
export class Registry {
  readonly #names: Names;
  readonly #link: Link;
  readonly #outlet: Outlet;
  readonly #topics = new Map<string, Known>();
  readonly #turns = new Turns();

  constructor(names: Names, link: Link, outlet: Outlet) {
    this.#names = names;
    this.#link = link;
    this.#outlet = outlet;
  }

  #of(topic: string): Known {
    const found = this.#topics.get(topic);
    if (found !== undefined) return found;
    const made: Known = { groups: new Map(), readAt: -Infinity };
    this.#topics.set(topic, made);
    return made;
  }

  /** Groups of a topic, as far as known; one that has gone since may be among them. */
  async groups(topic: string): Promise<ReadonlyMap<string, QueueSet>> {
    const known = this.#of(topic);
    try {
      await this.#turns.take(topic, () => this.#refresh(topic, known));
    } catch {
      // What is known has to do.
    }
    return known.groups;
  }

  async #refresh(topic: string, known: Known): Promise<void> {
    const now = this.#link.host.clock.monotonic();
    if (now - known.readAt < freshMs) return;
    await this.#walk(topic, () => true);
    known.readAt = now;
  }

  /** Takes all notes out and gives back those that are kept. Whoever reads at the same moment sees what is left. */
  async #walk(topic: string, isKept: (notice: Notice) => boolean): Promise<void> {
    const { groups } = this.#of(topic);
    const queue = this.#names.registry(topic);
    const work = async (channel: Channel): Promise<void> => {
      await channel.assertQueue(queue, { durable: true });
      for (let message = await channel.get(queue); message !== false; message = await channel.get(queue)) {
        const notice = parse(message.content);
        if (notice === undefined || !isKept(notice)) channel.ack(message);
        else groups.set(notice.group, notice.set);
      }
      channel.nackAll(true);
      // An answer to this says that the server has them back.
      await channel.prefetch(0);
    };
    await this.#link.use('read the groups', work);
  }

  /** Notes that a group has come, unless that is known. */
  async add(topic: string, group: string, set: QueueSet): Promise<void> {
    const known = this.#of(topic);
    try {
      await this.#turns.take(topic, async () => {
        await this.#walk(topic, () => true);
        if (known.groups.get(group) === set) return;
        known.groups.set(group, set);
        const content = Buffer.from(JSON.stringify({ group, set }));
        await this.#outlet.send('', this.#names.registry(topic), content, { deliveryMode: 2, mandatory: true });
      });
    } catch {
      known.groups.set(group, set);
    }
  }

  /** Notes that a group has gone. */
  async remove(topic: string, group: string): Promise<void> {
    const known = this.#of(topic);
    known.groups.delete(group);
    try {
      await this.#turns.take(topic, () => this.#walk(topic, (notice) => notice.group !== group));
    } catch {
      // A group without queues is left out wherever it is found.
    }
  }
}
