import type { Clock, Timer } from '@organism/cell';
import { sleep } from '@organism/cell';
import type { Source } from '../streams/source.ts';
import type { Post } from './broker.ts';
import { PeerLostError, StreamBrokenError } from './errors.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import { fromWire, type Revive, toWire } from './problem.ts';
import type { StreamFrame } from './wire.ts';

/** How often a frame is sent that the broker does not take. */
const attempts = 5;

/** What a side of a stream is made of. */
export interface SessionOptions<In> {
  /** This side's name. */
  readonly id: string;
  readonly post: Post;
  readonly clock: Clock;
  /** How many values this side takes that have not been read. */
  readonly window: number;
  /** The other side is lost when it has not been heard of for so long, in milliseconds. */
  readonly idleMs: number;
  readonly exposeErrors: boolean;
  readonly revive: Revive | undefined;
  /** Reads a value that came. @throws when it does not fit. */
  readonly read: (value: unknown) => In;
  /** The whole session is over: by an error, or well. */
  readonly onEnd: (failure: { readonly error: unknown } | undefined) => void;
}

/** Where the other side is. */
export interface Peer {
  readonly id: string;
  readonly topic: string;
}

/** One side of a stream between two processes: values in both directions, each under the other's flow control. */
export class StreamSession<In, Out> {
  readonly incoming: Incoming<In>;
  readonly #options: SessionOptions<In>;
  #peer: Peer | undefined;
  #outgoing: Outgoing<Out> | undefined;
  #heardAt: number;
  #sentAt: number;
  #watch: Timer | undefined;
  #gap: Timer | undefined;
  #isOver = false;

  constructor(options: SessionOptions<In>) {
    this.#options = options;
    this.#heardAt = this.#sentAt = options.clock.monotonic();
    this.incoming = new Incoming(options.window, options.read, {
      grant: (total) => this.#tell({ kind: 'credit', total }),
      left: () => this.#tell({ kind: 'stop' }),
      gap: (isOpen) => this.#watchGap(isOpen),
    });
  }

  /** The other side, once it is known. */
  get peer(): Peer | undefined {
    return this.#peer;
  }

  /** Whether it is over. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The other side is there. */
  meet(peer: Peer): void {
    this.#peer = peer;
    this.#heardAt = this.#options.clock.monotonic();
    const { clock, idleMs } = this.#options;
    this.#watch = clock.setInterval(() => this.#look(), idleMs / 3).unref();
  }

  /** The other side has said its last word: its silence means nothing any more. */
  partWays(): void {
    this.#watch?.[Symbol.dispose]();
  }

  #look(): void {
    const { clock, idleMs } = this.#options;
    const now = clock.monotonic();
    if (now - this.#heardAt >= idleMs) this.fail(new PeerLostError(idleMs));
    else if (now - this.#sentAt >= idleMs / 3) this.#tell({ kind: 'ping' });
  }

  /** What is missing must come while the other side is thought to be alive. */
  #watchGap(isOpen: boolean): void {
    const { clock, idleMs } = this.#options;
    if (!isOpen) {
      this.#gap?.[Symbol.dispose]();
      this.#gap = undefined;
    } else
      this.#gap ??= clock
        .setTimeout(() => this.fail(new StreamBrokenError('a value got lost on the way')), idleMs)
        .unref();
  }

  /** Sends a source's values; `done` when all are sent. */
  async send(source: Source<Out>, credit: number, check: (value: Out) => void, done: () => void): Promise<void> {
    // It may be over before it has begun: the asker has refused it.
    if (this.#isOver) return;
    const { exposeErrors } = this.#options;
    const outgoing = new Outgoing(source, credit, check);
    this.#outgoing = outgoing;
    try {
      await outgoing.run({
        data: (seq, value) => this.#post({ kind: 'data', seq, value }),
        end: (seq) => this.#post({ kind: 'end', seq }),
        fail: (seq, error) => this.#post({ kind: 'fail', seq, problem: toWire(error, exposeErrors) }),
      });
      done();
    } catch (error) {
      this.fail(error);
    }
  }

  /** A frame of the other side. */
  receive(frame: StreamFrame): void {
    if (this.#isOver || frame.from !== this.#peer?.id) return;
    this.#heardAt = this.#options.clock.monotonic();
    const { revive } = this.#options;
    if (frame.kind === 'data') this.incoming.data(frame.seq, frame.value);
    else if (frame.kind === 'end') this.incoming.last(frame.seq);
    else if (frame.kind === 'fail') this.incoming.last(frame.seq, { error: fromWire(frame.problem, revive) });
    else if (frame.kind === 'credit') this.#outgoing?.grant(frame.total);
    else if (frame.kind === 'stop') this.#outgoing?.stop().catch(() => {});
    else if (frame.kind === 'cancel')
      this.end({ error: fromWire(frame.problem ?? { code: 'CELL_CANCELLED' }, revive) });
  }

  async #post(frame: DistributiveOmit<StreamFrame, 'to' | 'from'>): Promise<void> {
    const peer = this.#peer;
    if (peer === undefined || this.#isOver) return;
    const { post, id, clock, idleMs } = this.#options;
    this.#sentAt = clock.monotonic();
    for (let attempt = 1; ; attempt += 1) {
      try {
        // Frames of one side keep their order; one that nobody reads any more goes away.
        await post.send(peer.topic, { ...frame, to: peer.id, from: id }, { key: peer.id, ttlMs: idleMs * 4 });
        return;
      } catch (error) {
        if (attempt === attempts) throw error;
        await sleep(clock, Math.min(idleMs / 10, 50 * 2 ** attempt));
      }
    }
  }

  #tell(frame: DistributiveOmit<StreamFrame, 'to' | 'from'>): void {
    this.#post(frame).catch((error: unknown) => this.fail(error));
  }

  /** Ends it with an error, which the other side is told of. */
  fail(thrown: unknown): void {
    if (this.#isOver) return;
    const problem = toWire(thrown, this.#options.exposeErrors);
    this.#post({ kind: 'cancel', problem }).catch(() => {});
    this.end({ error: thrown });
  }

  /** Ends it here. */
  end(failure?: { readonly error: unknown }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#watch?.[Symbol.dispose]();
    if (failure === undefined) void this.incoming.return();
    else this.incoming.fault(failure.error);
    this.#watchGap(false);
    this.#outgoing?.stop().catch(() => {});
    this.#options.onEnd(failure);
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
