import { type Context, DeadlineError } from '@organism/cell';
import type { Shape } from '@organism/nervous';
import { period, whole } from '../heart/check.ts';
import { checkSource, ended, type Source, type Step } from '../streams/source.ts';
import { Stage } from '../streams/stage.ts';
import type { MessageBroker, Post } from './broker.ts';
import type { Postbox } from './postbox.ts';
import { fromWire, type Revive } from './problem.ts';
import { reasonOf, requestContext, type RequestScope } from './request-context.ts';
import { StreamBrokenError } from './errors.ts';
import { StreamSession } from './session.ts';
import type { Frame, StreamFrame } from './wire.ts';

/** Options of a stream of answers. `timeoutMs` is how long the whole may take; default: as long as the context allows. */
export interface StreamRequestOptions<In = never> extends RequestScope {
  /** How many answers may be on their way or wait for the reader. Default 32. */
  readonly credit?: number;
  /** A stream to the responder; it reads it as it goes. */
  readonly input?: Source<In>;
  /** The Bone of the input's values. */
  readonly inputShape?: Shape<In>;
  /** How long to wait for a responder, in milliseconds. Default 30 000. */
  readonly acceptTimeoutMs?: number;
  /** The responder is lost when it has not been heard of for so long, in milliseconds. Default 30 000. */
  readonly idleMs?: number;
}

/** What a stream needs of its requester. */
export interface StreamHost {
  readonly broker: MessageBroker;
  readonly post: Post;
  readonly postbox: Postbox;
  /** Aborts when the requester closes. */
  readonly closing: AbortSignal;
  readonly revive: Revive | undefined;
  readonly answer: Shape<unknown> | undefined;
  ask(id: string, context: Context, credit: number): Promise<void>;
}

/** The asker's side of a stream: what its reader reads. */
export class RemoteStream<T, In> extends Stage<T> {
  readonly #host: StreamHost;
  readonly #options: StreamRequestOptions<In>;
  readonly #id: string;
  readonly #credit: number;
  readonly #acceptTimeoutMs: number;
  readonly #session: StreamSession<T, In>;
  readonly #signal: AbortSignal;
  readonly #context: Context;
  readonly #listening: Disposable;
  readonly #accepted = Promise.withResolvers<void>();
  /** What came of a responder before it was known; no more than its credit allows. */
  readonly #early: StreamFrame[] = [];
  #asked: Promise<void> | undefined;

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(host: StreamHost, options: StreamRequestOptions<In>) {
    super();
    const { broker, post, postbox, answer, revive } = host;
    this.#host = host;
    this.#options = options;
    this.#credit = whole('credit', options.credit ?? 32, 1);
    this.#acceptTimeoutMs = period('acceptTimeoutMs', options.acceptTimeoutMs ?? 30_000);
    if (options.input !== undefined) checkSource(options.input);
    this.#id = postbox.name();
    this.#accepted.promise.catch(() => {});
    this.#session = new StreamSession<T, In>({
      id: this.#id,
      post,
      clock: broker.clock,
      window: this.#credit,
      idleMs: period('idleMs', options.idleMs ?? 30_000),
      exposeErrors: false,
      revive,
      read: (value) => (answer === undefined ? value : answer.parse(value)) as T,
      onEnd: (failure) => failure !== undefined && this.#accepted.reject(failure.error),
    });
    this.#context = requestContext(options, Infinity, broker);
    this.#signal = AbortSignal.any([this.#context.signal, host.closing]);
    this.#signal.addEventListener('abort', this.#abort, { once: true });
    this.#listening = postbox.listen(this.#id, (frame) => this.#hear(frame));
  }

  /** At once: what waits for the reader is not wanted any more. */
  readonly #abort = (): void => void this.fail(reasonOf(this.#signal));

  #hear(frame: Frame): void {
    if (frame.kind === 'answer')
      this.#session.fail(new StreamBrokenError('a stream was asked for, and one answer came'));
    else if (frame.kind === 'problem') this.#session.end({ error: fromWire(frame.problem, this.#host.revive) });
    else if (frame.kind === 'accept') this.#meet(frame);
    else if (this.#session.peer !== undefined) this.#receive(frame);
    else if (this.#early.length < this.#credit * 2 + 8) this.#early.push(frame);
  }

  #meet(frame: StreamFrame & { readonly kind: 'accept' }): void {
    const { peer } = this.#session;
    // A second responder: the request was delivered again. One of them will do.
    if (this.#session.isOver || (peer !== undefined && peer.id !== frame.from)) {
      this.#host.postbox.refuse(frame);
      return;
    }
    if (peer !== undefined) return;
    this.#session.meet({ id: frame.from, topic: frame.replyTo });
    this.#accepted.resolve();
    const { input, inputShape } = this.#options;
    const check = (value: In): void => void inputShape?.parse(value);
    if (input !== undefined) void this.#session.send(input, frame.credit, check, () => {});
    for (const early of this.#early.splice(0)) this.#receive(early);
  }

  #receive(frame: StreamFrame): void {
    this.#session.receive(frame);
    // With its last answer the responder is done with the stream.
    if (frame.kind === 'end' || frame.kind === 'fail') this.#session.partWays();
  }

  async #ask(): Promise<void> {
    if (this.#signal.aborted) throw reasonOf(this.#signal);
    await this.#host.ask(this.#id, this.#context, this.#credit);
    const { clock } = this.#host.broker;
    const late = (): void => this.#session.fail(new DeadlineError('No responder has taken up the stream in time.'));
    using _timer = clock.setTimeout(late, this.#acceptTimeoutMs).unref();
    await this.#accepted.promise;
  }

  protected override async pull(): Promise<Step<T>> {
    this.#asked ??= this.#ask();
    await this.#asked;
    if (this.hasEnded) return ended;
    return await this.#session.incoming.next();
  }

  protected override async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#abort);
    // Left before the end: the responder is told. After the end there is nobody to tell.
    if (!this.#session.incoming.isDone) this.#session.fail(reasonOf(AbortSignal.abort()));
    else this.#session.end();
    this.#context[Symbol.dispose]();
    this.#listening[Symbol.dispose]();
    await this.#session.incoming.return();
  }
}
