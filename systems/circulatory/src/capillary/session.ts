import { type Context, type Principal, toOrganismError } from '@organism/cell';
import { type AttachOptions, Delivery, refused } from './delivery.ts';
import { FrameError, SessionClosedError } from './errors.ts';
import { toPayload } from './frames.ts';
import { Inbox } from './inbox.ts';
import type { Link, Payload } from './link.ts';
import type { Limits, MessageShape, SlowPolicy } from './options.ts';
import { hasHeard, joinMarks } from './marks.ts';
import type { PortableSession } from './portable.ts';
import type { CloseCode, Frame, Open, Problem } from './protocol.ts';
import type { SessionToken } from './tokens.ts';

/** What a session needs from the server. */
export interface SessionParts {
  readonly id: string;
  readonly token: SessionToken;
  readonly principal: Principal;
  readonly context: (signal: AbortSignal) => Context;
  readonly limits: Limits;
  readonly slow: SlowPolicy;
  readonly shape: MessageShape | undefined;
  readonly handle: (data: unknown, session: Session) => void | Promise<void>;
  readonly ended: (session: Session, reason: string) => void;
  readonly failed: (error: unknown, session: Session) => void;
  readonly now: () => number;
  /** What it was in another process. */
  readonly before?: PortableSession;
}

const mostFailures = 100;

/**
 * Session of one client: a channel both ways that outlives its connections. What is sent while the client is away
 * waits, within bounds, and follows when it comes back.
 */
export class Session {
  readonly id: string;
  readonly principal: Principal;
  /** Whether it began in another process. What was sent there and not acknowledged is in its buffer. */
  readonly moved: boolean;
  /** The unit of work that handlers run in. */
  readonly context: Context;
  readonly #parts: SessionParts;
  readonly #delivery: Delivery;
  readonly #inbox: Inbox;
  readonly #failures = new Map<number, Problem>();
  readonly #end = new AbortController();
  #paused = false;
  #ackDue = false;
  #seenAt: number;

  /** @internal Made by the {@link Capillary}. */
  constructor(parts: SessionParts) {
    this.id = parts.id;
    this.principal = parts.principal;
    this.context = parts.context(this.#end.signal);
    this.#parts = parts;
    this.#seenAt = parts.now();
    const { before } = parts;
    this.moved = before !== undefined;
    this.#delivery = new Delivery(parts.limits, parts.slow, () => this.#pause(), before);
    this.#inbox = new Inbox(
      {
        handle: (data, seq) => this.#handle(data, seq),
        handled: () => this.#noteHandled(),
      },
      before?.handled,
    );
    for (const [seq, problem] of before?.failures ?? []) this.#failures.set(seq, problem);
  }

  /** What carries the present connection; undefined while there is none. */
  get transport(): string | undefined {
    return this.#delivery.link?.transport;
  }

  /** Aborts when the session ends. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Messages that the client has not acknowledged. */
  get buffered(): number {
    return this.#delivery.size;
  }

  /** Messages that left the buffer, because the client was slow, before it had acknowledged them. */
  get dropped(): number {
    return this.#delivery.dropped;
  }

  /**
   * Sends a message. Resolves when the buffer has taken it: at once, but for the policy `block`. Nobody has to wait:
   * that the session ended, or overflowed, may go unnoticed.
   *
   * @throws {OptionError} when JSON can't hold it (as a rejection, as all others).
   * @throws {MessageTooLargeError} when it alone is more than the buffer may hold.
   * @throws {SessionClosedError} when the session has ended, or ends while it waits.
   * @throws {OverloadedError} when as many already wait under the policy `block`.
   */
  send(data: unknown): Promise<void> {
    try {
      return this.sendPayload(toPayload(data));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** @internal The same for data that is JSON already. */
  sendPayload(payload: Payload): Promise<void> {
    if (this.signal.aborted) return refused(new SessionClosedError(String(this.signal.reason)));
    const outcome = this.#delivery.push(payload);
    if (outcome !== undefined) return outcome;
    this.end('slow', 'The client takes messages too slowly.');
    return refused(new SessionClosedError('slow'));
  }

  /** Takes nothing from a client that takes nothing, or whose messages pile up. */
  #pause(): void {
    const { maxInFlight } = this.#parts.limits;
    const paused = this.#delivery.full || this.#inbox.size > (this.#paused ? maxInFlight / 2 : maxInFlight);
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.#delivery.link?.pause?.(paused);
  }

  #handle(data: unknown, seq: number): void | Promise<void> {
    const { shape, handle } = this.#parts;
    try {
      const value = shape === undefined ? data : shape.parse(data);
      const work: unknown = this.context.child().run(() => handle(value, this));
      // A function that returns something else passes for one that returns nothing.
      if (work instanceof Promise) return work.catch((error: unknown) => this.#refuse(seq, error)) as Promise<void>;
    } catch (error) {
      this.#refuse(seq, error);
    }
  }

  #refuse(seq: number, thrown: unknown): void {
    const error = toOrganismError(thrown);
    const problem = error.toProblem() as Problem;
    // Bounded: a client that was told, and one that sends nothing but rubbish, need no more.
    for (const [old] of this.#failures) if (this.#failures.size >= mostFailures) this.#failures.delete(old);
    this.#failures.set(seq, problem);
    this.#delivery.control(JSON.stringify(['fail', seq, problem]));
    if (error.status >= 500) this.#parts.failed(thrown, this);
  }

  #noteHandled(): void {
    this.#pause();
    if (this.#ackDue) return;
    this.#ackDue = true;
    // One acknowledgement for all that a chunk of the socket brought.
    queueMicrotask(() => this.#acknowledge());
  }

  #acknowledge(): void {
    this.#ackDue = false;
    this.#delivery.control(`["ack",${this.#inbox.handled}]`);
  }

  /** @internal A frame came. @throws {FrameError} when it breaks the protocol. */
  receive(frame: Frame): void {
    this.#seenAt = this.#parts.now();
    this.#parts.token.confirm();
    if (this.signal.aborted) return;
    switch (frame[0]) {
      case 'msg':
        if (!this.#inbox.take(frame[1], frame[2])) throw new FrameError('the next message, without a gap');
        this.#pause();
        break;
      case 'ack':
        if (!this.#delivery.acknowledge(frame[1])) throw new FrameError('an acknowledgement of what was sent');
        break;
      case 'ping':
        this.#delivery.control('["pong"]');
        break;
      case 'pong':
        break;
      case 'close':
        this.end('normal', 'The client has closed the session.');
        break;
      default:
        throw new FrameError('of a kind that fits an open session');
    }
  }

  /** @internal The answer to messages that came by a request of their own, from number `first` on. */
  answer(first: number): readonly Frame[] {
    const failures = [...this.#failures].filter(([seq]) => seq >= first);
    return [...failures.map(([seq, problem]) => ['fail', seq, problem] as const), ['ack', this.#inbox.handled]];
  }

  /** @internal Messages from the client that wait. */
  get waiting(): number {
    return this.#inbox.size;
  }

  /** @internal Resolves when all messages that came are handled. */
  settled(): Promise<void> {
    return this.#inbox.settled();
  }

  /** @internal Takes no more from this connection, and resolves when what came is handled. */
  settle(): Promise<void> {
    this.#delivery.link?.pause?.(true);
    return this.#inbox.settled();
  }

  /** @internal Takes no more, and resolves when the handler at work is done: the client sends the rest again, elsewhere. */
  halt(): Promise<void> {
    this.#delivery.link?.pause?.(true);
    return this.#inbox.halt();
  }

  /** @internal Goes on here after all; the client must come again, as what it sent meanwhile was not taken. */
  resume(): void {
    this.#inbox.resume();
    this.#delivery.link?.close('silent');
  }

  /** @internal What the `open` frame says. */
  opening(resumed: boolean): Open {
    const { heartbeatMs, maxMessageBytes, maxBufferedMessages } = this.#parts.limits;
    return {
      session: this.id,
      token: this.#parts.token.current,
      resumed,
      ack: this.#inbox.handled,
      failures: [...this.#failures],
      heartbeatMs,
      maxMessageBytes,
      ackEvery: Math.max(1, Math.min(64, Math.floor(maxBufferedMessages / 4))),
    };
  }

  /** @internal Whether a token opens this session. */
  accepts(token: string): boolean {
    return !this.signal.aborted && this.#parts.token.accepts(token);
  }

  /** @internal Draws the next token. */
  rotate(): string {
    return this.#parts.token.rotate();
  }

  /**
   * @internal A connection takes over; the one before ends. The client has everything up to `last`.
   * @throws {FrameError} when that is more than was ever sent.
   */
  attach(link: Link, last: number, options: AttachOptions = {}): void {
    this.#seenAt = this.#parts.now();
    this.#paused = false;
    if (!this.#delivery.attach(link, last, options))
      throw new FrameError('a hello whose last is a message that was sent');
  }

  /** @internal There is room again. */
  drained(link: Link): void {
    this.#delivery.drained(link);
  }

  /** @internal A connection is gone. */
  detach(link: Link): void {
    if (this.#delivery.detach(link)) this.#seenAt = this.#parts.now();
  }

  /** @internal Looks after heartbeat and expiry. */
  tick(): void {
    const { heartbeatMs, resumeMs } = this.#parts.limits;
    const silence = this.#parts.now() - this.#seenAt;
    const { link, acknowledges } = this.#delivery;
    if (link === undefined) {
      if (silence >= resumeMs) this.end('expired', 'The client did not come back in time.');
    } else if (acknowledges && silence > 2 * heartbeatMs) {
      link.close('silent');
      this.detach(link);
    } else this.#delivery.control('["ping"]');
  }

  /** @internal What another process needs to go on with it. Nothing may happen between this and its end. */
  pack(place: Pick<PortableSession, 'rooms' | 'heard'>): PortableSession {
    return {
      id: this.id,
      moves: (this.#parts.before?.moves ?? -1) + 1,
      tokens: this.#parts.token.hashes,
      principal: this.principal.id,
      handled: this.#inbox.handled,
      failures: [...this.#failures],
      ...this.#delivery.pack(),
      rooms: place.rooms,
      // What it got in the processes before counts too.
      heard: joinMarks(place.heard, this.#parts.before?.heard ?? {}),
    };
  }

  /** @internal Whether it got an announcement in the process where it was before. */
  had(from: string, number: number): boolean {
    const { before } = this.#parts;
    return before !== undefined && hasHeard(before.heard, from, number);
  }

  /** @internal Hashes of the tokens that open it. */
  get tokenHashes(): readonly string[] {
    return this.#parts.token.hashes;
  }

  /** Ends the session and its connection; the client does not come back. */
  close(reason = 'The server has closed the session.'): void {
    this.end('normal', reason);
  }

  /** @internal Ends the session. */
  end(code: CloseCode, reason: string): void {
    if (this.signal.aborted) return;
    this.#end.abort(code);
    this.#delivery.end(code, reason);
    this.#parts.ended(this, code);
  }

  /** @internal It goes on in another process: ends here, and its client, if it is still here, is sent there. */
  leave(): void {
    if (this.signal.aborted) return;
    this.#end.abort('moved');
    this.#delivery.end('going-away', 'The session has moved to another process.');
    this.#parts.ended(this, 'moved');
  }
}
