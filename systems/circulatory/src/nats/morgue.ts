import { headers as newHeaders, MsgHdrsImpl } from '@nats-io/transport-node';
import { JetStreamApiError } from '@nats-io/jetstream';
import type { DeadQuery, DeadRecord, DeathReason } from '../heart/driver.ts';
import { type Arrival, bodyOf, header } from './arrival.ts';
import { type Link, RefusedError } from './link.ts';
import { type BodyKind, encodeName, type Names } from './names.ts';
import type { NatsSettings } from './options.ts';
import type { TopicStream } from './streams.ts';

/** What is kept of a dead letter besides its body. */
interface Death {
  readonly lane: string;
  readonly kind: BodyKind;
  readonly code: string;
  readonly detail: string;
  readonly attempts: number;
  readonly failedAt: number;
  readonly publishedAt: number;
}

/** A dead letter as it was read. */
interface Corpse extends Death {
  readonly seq: number;
  readonly data: Uint8Array;
}

/** Longest detail, in characters: it travels in a header. */
const longestDetail = 4000;

/** A stored message as the server's API tells of it; data and headers are base64. */
interface RawMessage {
  readonly seq: number;
  readonly data?: string;
  readonly hdrs?: string;
}

const fromBase64 = (text = ''): Uint8Array => Buffer.from(text, 'base64');

const corpseOf = ({ seq, data, hdrs }: RawMessage): Corpse => {
  const headers = MsgHdrsImpl.decode(fromBase64(hdrs));
  const death = JSON.parse(Buffer.from(headers.get(header.death), 'base64').toString()) as Death;
  return { ...death, seq, data: fromBase64(data) };
};

/** Room that a body leaves for what the driver adds to it, now or as a dead letter. */
export const spareBytes = 2048;

const noMessage = 10037;
const noSequence = 10043;

/** Dead letters: a stream of their own, since they outlive their topic's interest in them. */
export class Morgue {
  readonly #link: Link;
  readonly #names: Names;
  readonly #settings: NatsSettings;

  constructor(link: Link, names: Names, settings: NatsSettings) {
    this.#link = link;
    this.#names = names;
    this.#settings = settings;
  }

  /** Stores a dead letter. */
  async bury(
    { topic, root }: TopicStream,
    group: string,
    { lane, seq, subject, data, publishedAt }: Arrival,
    attempts: number,
    { code, detail }: DeathReason,
  ): Promise<void> {
    const death: Death = {
      lane,
      kind: subject.slice(root.length + lane.length + 2).startsWith('b') ? 'b' : 't',
      code,
      detail: detail.slice(0, longestDetail),
      attempts,
      failedAt: this.#settings.clock.now(),
      publishedAt,
    };
    const to = this.#names.dead(topic, group);
    const headers = newHeaders();
    headers.set(header.death, this.#encode(death, data.length));
    // Buried twice when its end was not confirmed: one dead letter.
    headers.set(header.id, `${to}.${seq}`);
    await this.#link.store(to, data, headers);
  }

  /** In base64, since header values are one line; without its detail where the whole would be too long for the server. */
  #encode(death: Death, bodyLength: number): string {
    const encoded = Buffer.from(JSON.stringify(death)).toString('base64');
    if (bodyLength + encoded.length + spareBytes / 2 <= this.#link.maxPayload || death.detail === '') return encoded;
    return this.#encode({ ...death, detail: '' }, bodyLength);
  }

  async #next(subject: string, from: number): Promise<Corpse | undefined> {
    try {
      const { message } = await this.#link.api<{ readonly message: RawMessage }>(
        `STREAM.MSG.GET.${this.#names.deadStream}`,
        { seq: from, next_by_subj: subject },
      );
      return corpseOf(message);
    } catch (error) {
      if (error instanceof RefusedError && error.code === noMessage) return undefined;
      throw error;
    }
  }

  async #at(subject: string, ref: number | string): Promise<Corpse | undefined> {
    const found = await this.#next(subject, Number(ref));
    return found?.seq === Number(ref) ? found : undefined;
  }

  async *#select(topic: string, group: string, { limit, refs }: DeadQuery): AsyncGenerator<Corpse> {
    const subject = this.#names.dead(topic, group);
    let count = 0;
    if (refs !== undefined) {
      for (const ref of refs) {
        if (count >= limit) return;
        const found = Number.isSafeInteger(Number(ref)) ? await this.#at(subject, ref) : undefined;
        if (found === undefined) continue;
        count += 1;
        yield found;
      }
      return;
    }
    for (let from = 1; count < limit; count += 1) {
      const found = await this.#next(subject, from);
      if (found === undefined) return;
      from = found.seq + 1;
      yield found;
    }
  }

  async list(topic: string, group: string, query: DeadQuery): Promise<readonly DeadRecord[]> {
    const records: DeadRecord[] = [];
    for await (const corpse of this.#select(topic, group, query))
      records.push({
        ref: corpse.seq,
        reason: { code: corpse.code, detail: corpse.detail },
        attempts: corpse.attempts,
        failedAt: corpse.failedAt,
        publishedAt: corpse.publishedAt,
        body: bodyOf(corpse.kind, corpse.data, 0),
      });
    return records;
  }

  /** Stores dead letters again, for their group only. Returns how many. */
  async replay(
    { topic, root }: TopicStream,
    group: string,
    query: DeadQuery,
    replayed: (lane: string, seq: number) => void,
  ): Promise<number> {
    let count = 0;
    for await (const { lane, kind, seq, data, publishedAt } of this.#select(topic, group, query)) {
      const headers = newHeaders();
      headers.set(header.published, `${publishedAt}`);
      headers.set(header.id, `replay.${this.#names.deadStream}.${seq}`);
      const stored = await this.#link.store(`${root}.${lane}.${kind}.${encodeName(group)}`, data, headers);
      await this.#delete(seq);
      replayed(lane, stored.seq);
      count += 1;
    }
    return count;
  }

  async #delete(seq: number): Promise<void> {
    try {
      await this.#link.manager.streams.deleteMessage(this.#names.deadStream, seq);
    } catch (error) {
      // Another process was faster.
      if (!(error instanceof JetStreamApiError && [noMessage, noSequence].includes(error.code))) throw error;
    }
  }

  async discard(topic: string, group: string, query: DeadQuery): Promise<number> {
    if (query.limit === Infinity && query.refs === undefined) return await this.clear(topic, group);
    let count = 0;
    for await (const { seq } of this.#select(topic, group, query)) {
      await this.#delete(seq);
      count += 1;
    }
    return count;
  }

  /** Deletes all dead letters of a group. Returns how many. */
  async clear(topic: string, group: string): Promise<number> {
    const filter = this.#names.dead(topic, group);
    return (await this.#link.manager.streams.purge(this.#names.deadStream, { filter })).purged;
  }

  /** How many there are, by encoded group. */
  async counts(topic: string): Promise<ReadonlyMap<string, number>> {
    const filter = `${this.#names.prefix}.dead.${encodeName(topic)}.*`;
    const { state } = await this.#link.manager.streams.info(this.#names.deadStream, { subjects_filter: filter });
    const entries = Object.entries(state.subjects ?? {});
    return new Map(entries.map(([subject, count]) => [subject.slice(subject.lastIndexOf('.') + 1), count]));
  }
}
