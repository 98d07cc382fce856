import type { Clock } from '@organism/cell';
import { createInbox, type Msg, nanos, type Subscription } from '@nats-io/transport-node';
import type { Passage } from './arrival.ts';
import type { Link } from './link.ts';
import { lanesOf, type Names, unkeyedLane } from './names.ts';
import type { TopicStream } from './streams.ts';

/** How long the server keeps a request for messages that are to come, at most and at least. */
const standingMs = { most: 5000, least: 100 } as const;

/**
 * And which part of its wait for an acknowledgement. So the requests of a process that dies are gone before its messages are
 * sent again: a server before 2.10.14 that finds nobody but the dead for one lets it wait once more.
 */
const standingPart = 1 / 4;

/** What a server says of a request whose time is over. */
const timeIsOver = 408;

/** So long after that the server must have said that it is over. */
const graceMs = 2000;

/** Most messages of a keyed lane that one request asks for; they come one at a time. */
const keyedBatch = 32;

/** What a request is for: to see what there is, or to be sent what comes. */
type Kind = 'look' | 'stand';

/** A look at what a lane has now. */
interface Look {
  readonly id: number;
  readonly wanted: number;
  got: number;
  readonly done: PromiseWithResolvers<void>;
}

/** One lane of a group: a consumer on the server. */
interface Lane {
  readonly name: string;
  readonly subject: string;
  readonly isKeyed: boolean;
  /** Messages that the server may still send unasked. */
  capacity: number;
  /** When all requests for that are over; monotonic. */
  standsUntil: number;
  /** From when on there may be something that nobody was told of; monotonic. */
  lookFrom: number;
  /** Number of a message in the stream that must have come by, unless another consumer has it. */
  expected: number;
  /** The highest number that has come. */
  seen: number;
  /** Number of the last delivery, among those of all processes. */
  lastDelivery: number;
  /** All deliveries from this one on came here. */
  unbrokenFrom: number;
  look: Look | undefined;
}

/** What a puller tells of. */
export interface PullListener {
  readonly arrived: (message: Msg, passage: Passage) => void;
  /** Whether a lane can't have anything more for now, since one of its messages is here. */
  readonly isBlocked: (lane: string) => boolean;
  /** A standing request is over. */
  readonly ended: () => void;
}

/**
 * Asks the server for the messages of a group. Two kinds of requests: a look, answered at once with what there is; and a
 * standing one, which the server answers when something comes.
 *
 * @see https://github.com/nats-io/nats-architecture-and-design/blob/main/adr/ADR-37.md
 */
export class Puller {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #listener: PullListener;
  readonly #lanes = new Map<string, Lane>();
  #inbox = '';
  #subscriptions: readonly Subscription[] = [];
  #last = 0;

  constructor(
    link: Link,
    names: Names,
    { stream, partitions }: TopicStream,
    group: string,
    settings: { readonly clock: Clock; readonly timeoutMs: number },
    listener: PullListener,
  ) {
    this.#link = link;
    this.#clock = settings.clock;
    this.#timeoutMs = settings.timeoutMs;
    this.#listener = listener;
    for (const name of lanesOf(partitions))
      this.#lanes.set(name, {
        name,
        subject: `$JS.API.CONSUMER.MSG.NEXT.${stream}.${names.consumer(group, name)}`,
        isKeyed: name !== unkeyedLane,
        capacity: 0,
        standsUntil: 0,
        lookFrom: 0,
        expected: 0,
        seen: 0,
        lastDelivery: 0,
        unbrokenFrom: 0,
        look: undefined,
      });
  }

  /** Whether messages may come. */
  get isOn(): boolean {
    return this.#subscriptions.length > 0;
  }

  #listen(): void {
    if (this.#subscriptions.length > 0) return;
    this.#inbox = createInbox();
    const listen = (kind: Kind): Subscription => {
      const begin = `${this.#inbox}.${kind}.`;
      return this.#link.connection.subscribe(`${begin}>`, {
        callback: (error, message) => {
          if (error !== null) return;
          if (message.subject.startsWith(begin)) this.#status(message, begin.length);
          else this.#arrived(message, kind);
        },
      });
    };
    // Apart, since a message does not say which request it answers.
    this.#subscriptions = [listen('look'), listen('stand')];
  }

  /** The end of a request, named by its reply subject: `inbox.kind.lane.id`. */
  #status(message: Msg, at: number): void {
    const [name = '', id] = message.subject.slice(at).split('.');
    const lane = this.#lanes.get(name);
    if (lane === undefined || message.headers?.code === 100) return;
    if (lane.look?.id === Number(id)) {
      this.#end(lane.look, lane);
      return;
    }
    // A server that has lost its requests does not say how many messages it would have sent.
    const left = Number(message.headers?.get('Nats-Pending-Messages') ?? lane.capacity);
    lane.capacity = Math.max(0, lane.capacity - left);
    if (message.headers?.code === timeIsOver) this.#listener.ended();
  }

  #end(look: Look, lane: Lane): void {
    lane.look = undefined;
    look.done.resolve();
  }

  #arrived(message: Msg, kind: Kind): void {
    const tokens = (message.reply ?? '').split('.');
    const at = tokens.length > 9 ? 5 : 3;
    const consumer = tokens[at] ?? '';
    const lane = this.#lanes.get(consumer.slice(consumer.lastIndexOf('-') + 1));
    if (lane === undefined) return;
    const passage = this.#note(lane, Number(tokens[at + 1]), Number(tokens[at + 2]), Number(tokens[at + 3]));
    const { look } = lane;
    this.#listener.arrived(message, passage);
    if (kind === 'stand') lane.capacity = Math.max(0, lane.capacity - 1);
    // A keyed lane gives one message, to whichever request: the server keeps the other until the lane is free.
    if (look === undefined || (kind === 'stand' && !lane.isKeyed)) return;
    look.got += 1;
    if (look.got < look.wanted) return;
    // There may be more.
    lane.lookFrom = 0;
    this.#end(look, lane);
  }

  /** New messages come in the order of their numbers. */
  #note(lane: Lane, sent: number, seq: number, delivery: number): Passage {
    // The consumer was made anew, or the server has lost what it knew of it.
    if (delivery <= lane.lastDelivery) lane.seen = 0;
    const isAgain = sent > 1 || seq <= lane.seen;
    if (delivery !== lane.lastDelivery + 1) lane.unbrokenFrom = delivery;
    lane.lastDelivery = delivery;
    lane.seen = Math.max(lane.seen, seq);
    return { isAgain, unbrokenFrom: lane.unbrokenFrom };
  }

  /** There may be something in a lane from a moment on; monotonic. */
  suspect(lane: string, from = 0): void {
    const found = this.#lanes.get(lane);
    if (found !== undefined) found.lookFrom = Math.min(found.lookFrom, from);
  }

  /** A message of this number has been stored for a lane. */
  expect(lane: string, seq: number): void {
    const found = this.#lanes.get(lane);
    if (found !== undefined && seq > found.seen) found.expected = Math.max(found.expected, seq);
  }

  #isDue(lane: Lane, now: number): boolean {
    if (lane.look !== undefined) return true;
    if (lane.lookFrom > now && lane.expected <= lane.seen) return false;
    return !lane.isKeyed || !this.#listener.isBlocked(lane.name);
  }

  /** Looks at lanes that may have something. False when there was no reason to. */
  async look(wanted: number): Promise<boolean> {
    this.#listen();
    const now = this.#clock.monotonic();
    const due = [...this.#lanes.values()].filter((lane) => this.#isDue(lane, now));
    if (due.length === 0) return false;
    await this.#inTime(Promise.all(due.map((lane) => this.#lookAt(lane, lane.isKeyed ? 1 : wanted))), due);
    return true;
  }

  async #inTime(looks: Promise<unknown>, due: readonly Lane[]): Promise<void> {
    const timer = this.#clock.setTimeout(() => {
      for (const { look } of due) look?.done.reject(new Error('The server did not say what there is.'));
      this.reset();
    }, this.#timeoutMs);
    try {
      await looks;
    } finally {
      timer[Symbol.dispose]();
    }
  }

  #lookAt(lane: Lane, wanted: number): Promise<void> {
    if (lane.look !== undefined) return lane.look.done.promise;
    const look: Look = { id: (this.#last += 1), wanted, got: 0, done: Promise.withResolvers() };
    this.#ask('look', lane, look.id, { batch: wanted, no_wait: true });
    lane.look = look;
    lane.lookFrom = Infinity;
    lane.expected = 0;
    // Whoever waits for several may have given up with the first that failed.
    look.done.promise.catch(() => {});
    return look.done.promise;
  }

  #ask(kind: Kind, lane: Lane, id: number, request: object): void {
    this.#link.send(lane.subject, JSON.stringify(request), `${this.#inbox}.${kind}.${lane.name}.${id}`);
  }

  /**
   * Sees to it that what comes is sent at once: up to so many without a key, and what comes in keyed lanes. The server waits
   * `ackWaitMs` for acknowledgements.
   */
  stand(wanted: number, ackWaitMs: number): void {
    if (wanted <= 0) return;
    this.#listen();
    const forMs = Math.max(standingMs.least, Math.min(standingMs.most, ackWaitMs * standingPart));
    const now = this.#clock.monotonic();
    for (const lane of this.#lanes.values()) {
      if (now > lane.standsUntil) lane.capacity = 0;
      const batch = lane.isKeyed ? keyedBatch : wanted;
      if (lane.capacity * 2 >= batch || (lane.isKeyed && lane.capacity > 0)) continue;
      this.#ask('stand', lane, (this.#last += 1), { batch: batch - lane.capacity, expires: nanos(forMs) });
      lane.capacity = batch;
      lane.standsUntil = now + forMs + graceMs;
    }
  }

  /**
   * Takes nothing more. A request whose asker is gone would cost the next message that is sent again a wait of its own, until
   * the server finds out; it looks when it is asked for the state of a consumer.
   */
  async off(): Promise<void> {
    if (!this.isOn) return;
    for (const subscription of this.#subscriptions) if (!subscription.isClosed()) subscription.unsubscribe();
    this.#subscriptions = [];
    this.reset();
    if (!this.#link.isUp) return;
    const look = (lane: Lane): Promise<unknown> =>
      this.#link.api(lane.subject.slice('$JS.API.'.length).replace('.MSG.NEXT.', '.INFO.'), {});
    await Promise.all(Array.from(this.#lanes.values(), look));
  }

  /** Begins anew: the server knows nothing of what was asked. */
  reset(error?: Error): void {
    for (const lane of this.#lanes.values()) {
      const { look } = lane;
      Object.assign(lane, { capacity: 0, lookFrom: 0, look: undefined });
      if (error === undefined) look?.done.resolve();
      else look?.done.reject(error);
    }
  }
}
