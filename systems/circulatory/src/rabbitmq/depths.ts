import type { GroupDepth, TopicDepth } from '../heart/driver.ts';
import type { Groups } from './groups.ts';
import type { Names, QueueSet } from './names.ts';
import type { Registry } from './registry.ts';
import type { Topology } from './topology.ts';

/** State of topics, as far as it can be seen from here. */
export class Depths {
  readonly #names: Names;
  readonly #topology: Topology;
  readonly #registry: Registry;
  readonly #groups: Groups;

  constructor(names: Names, topology: Topology, registry: Registry, groups: Groups) {
    this.#names = names;
    this.#topology = topology;
    this.#registry = registry;
    this.#groups = groups;
  }

  /** State of a topic and of the groups that are known. */
  async inspect(topic: string, now: number): Promise<TopicDepth> {
    await this.#topology.ensure(topic);
    const known = new Map([...(await this.#registry.groups(topic)), ...this.#groups.of(topic)]);
    const found = await Promise.all([...known].map(([group, set]) => this.#group(topic, group, set, now)));
    const groups = found.filter((group) => group !== undefined);
    if (groups.length === 0) groups.push(await this.#waiting(topic));
    return {
      topic,
      depth: Math.max(...groups.map(({ lag }) => lag)),
      groups: groups.filter(({ group, lag }) => group !== '' || lag > 0),
    };
  }

  /** What waits for the first group. */
  async #waiting(topic: string): Promise<GroupDepth> {
    const lag = (await this.#topology.count(this.#names.lanes.map((lane) => this.#names.first(topic, lane)))) ?? 0;
    return { group: '', lag, delayed: 0, inFlight: 0, dead: 0, oldestAgeMs: 0 };
  }

  async #group(topic: string, group: string, set: QueueSet, now: number): Promise<GroupDepth | undefined> {
    const consumed = this.#groups.get(topic, group);
    await consumed?.buried();
    const dead = await this.#topology.look(this.#names.dead(topic, group));
    if (dead === undefined) return undefined;
    const state = consumed === undefined ? await this.#unconsumed(topic, group, set) : await consumed.depth(now);
    if (state === undefined) return undefined;
    const { oldest, ...counts } = state;
    const oldestAgeMs = oldest === undefined ? 0 : Math.max(0, now - oldest);
    return { group, ...counts, dead: dead.messageCount, oldestAgeMs };
  }

  async #unconsumed(
    topic: string,
    group: string,
    set: QueueSet,
  ): Promise<(Pick<GroupDepth, 'lag' | 'delayed' | 'inFlight'> & { readonly oldest: undefined }) | undefined> {
    const queues = this.#names.lanes.map((lane) => this.#names.lane(topic, group, set, lane));
    const lag = await this.#topology.count(queues);
    return lag === undefined ? undefined : { lag, delayed: 0, inFlight: 0, oldest: undefined };
  }
}
