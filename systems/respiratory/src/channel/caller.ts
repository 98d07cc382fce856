import {
  Context,
  contextToHeaders,
  DeadlineError,
  type Entropy,
  OrganismError,
  systemClock,
  systemEntropy,
} from '@organism/cell';
import type { Muscle } from '@organism/muscular';
import type { Bone, Immutable } from '@organism/skeletal';
import { problemError } from '../client/remote-error.ts';
import { reasonOf } from '../reason.ts';
import { type Answered, toAnswered } from './protocol.ts';

/** Options of a {@link ChannelCaller}. */
export interface ChannelCallerOptions {
  /** Sends over the channel: `(data) => client.send(data)` of a Capillary client. */
  readonly send: (data: unknown) => Promise<void>;
  /** How long a call may take, in milliseconds, where its context has no nearer deadline. Default 30 000. */
  readonly timeoutMs?: number;
  /** Values of one feed that may wait to be taken; one more ends it with an error. Default 1024. */
  readonly maxWaiting?: number;
  readonly entropy?: Entropy;
}

/** How to make one call. */
export interface ChannelCallOptions {
  readonly signal?: AbortSignal;
  /** Default: the current one, if any. */
  readonly context?: Context;
}

/** A sequence on a server, as its client knows it. */
export interface ChannelFeed<In, Out> {
  readonly name: string;
  readonly input?: Bone<In, In>;
  readonly output?: Bone<Out, Out>;
}

interface Pending {
  /** Hears what the server says of the call. */
  hear(answer: Answered): void;
  fail(error: Error): void;
}

/** Calls operations of a {@link ChannelBronchus} over a channel, and listens to its feeds; for browsers and for Node. */
export class ChannelCaller {
  readonly #options: ChannelCallerOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #prefix: string;
  #last = 0;

  constructor(options: ChannelCallerOptions) {
    this.#options = options;
    this.#prefix = (options.entropy ?? systemEntropy).uuid().slice(0, 8);
  }

  /** Calls and feeds under way. */
  get underWay(): number {
    return this.#pending.size;
  }

  /** For `onMessage` of the channel. Gives false for a message that answers no call, for you to handle. */
  receive(data: unknown): boolean {
    const answer = toAnswered(data);
    if (answer === undefined) return false;
    // One that was given up may still be answered.
    this.#pending.get(answer.call)?.hear(answer);
    return true;
  }

  /** For `onReset` of the channel: the session is lost, and with it every answer to come. */
  reset(): void {
    for (const pending of this.#pending.values())
      pending.fail(
        new OrganismError('RESPIRATORY_CONNECTION_LOST', 'The channel was lost before the answer came.', {
          status: 502,
          retryable: true,
        }),
      );
  }

  /**
   * Executes an operation on the server.
   *
   * @throws {RemoteError | ValidationError} what the operation threw; {@link DeadlineError}, {@link CancelledError} when
   *   this side gave up; an OrganismError `RESPIRATORY_CONNECTION_LOST` when the session was lost.
   */
  async call<In, Out>(
    operation: Pick<Muscle<In, Out>, 'name' | 'output' | 'takes'>,
    input: In,
    options: ChannelCallOptions = {},
  ): Promise<Immutable<Out>> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const end = this.#begin(operation.name, input, options, this.#options.timeoutMs ?? 30_000, {
      hear: (answer) => {
        if ('value' in answer) resolve(answer.value);
        else if ('problem' in answer) reject(problemError(placeOf(operation.name), answer.problem));
      },
      fail: reject,
    });
    try {
      const value = await promise;
      return (operation.output === undefined ? (value ?? undefined) : operation.output.parse(value)) as Immutable<Out>;
    } finally {
      end();
    }
  }

  /** Listens to a sequence on the server; leaving the loop ends it there. Throws as {@link ChannelCaller.call}. */
  async *listen<In, Out>(
    feed: ChannelFeed<In, Out>,
    input: In,
    options: ChannelCallOptions = {},
  ): AsyncGenerator<Immutable<Out>> {
    const { maxWaiting = 1024 } = this.#options;
    const waiting: unknown[] = [];
    let over: { readonly error?: unknown } | undefined;
    let wake = (): void => {};
    const finish = (error?: Error): void => {
      over ??= error === undefined ? {} : { error };
      wake();
    };
    const end = this.#begin(feed.name, input, options, Infinity, {
      hear: (answer) => {
        if ('next' in answer && waiting.length >= maxWaiting)
          finish(new OrganismError('RESPIRATORY_TOO_SLOW', `${maxWaiting} values of "${feed.name}" wait already.`));
        else if ('next' in answer) waiting.push(answer.next);
        else if ('problem' in answer) finish(problemError(placeOf(feed.name), answer.problem));
        else finish();
        wake();
      },
      fail: finish,
    });
    try {
      for (;;) {
        if (waiting.length > 0) {
          const value = waiting.shift();
          yield (feed.output === undefined ? value : feed.output.parse(value)) as Immutable<Out>;
        } else if (over !== undefined) {
          if ('error' in over) throw over.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      end();
    }
  }

  /** Sends a call, and gives what ends it here; the server is told when it had not ended there. */
  #begin(name: string, input: unknown, options: ChannelCallOptions, timeoutMs: number, pending: Pending): () => void {
    const { context = Context.current(), signal } = options;
    const { clock = systemClock } = context ?? {};
    const left = Math.min(timeoutMs, context?.remainingMs ?? Infinity);
    const call = `${this.#prefix}-${(this.#last += 1).toString(36)}`;
    let isAnswered = false;
    const signals = [signal, context?.signal].filter((one) => one !== undefined);
    const giveUp = (error: Error): void => pending.fail(error);
    const onAbort = (): void => {
      const aborted = signals.find((one) => one.aborted);
      if (aborted !== undefined) giveUp(reasonOf(aborted));
    };
    const timer = left === Infinity ? undefined : clock.setTimeout(() => giveUp(new DeadlineError()), left);
    this.#pending.set(call, {
      hear: (answer) => {
        isAnswered = !('next' in answer);
        pending.hear(answer);
      },
      fail: pending.fail,
    });
    for (const one of signals) one.addEventListener('abort', onAbort, { once: true });
    const headers = context === undefined ? undefined : contextToHeaders(context);
    delete headers?.['x-timeout-ms'];
    const asked = { call, name, input, ...(left !== Infinity && { timeoutMs: left }), ...(headers && { headers }) };
    if (signals.some(({ aborted }) => aborted)) onAbort();
    else this.#options.send(asked).catch(giveUp);
    return () => {
      timer?.[Symbol.dispose]();
      for (const one of signals) one.removeEventListener('abort', onAbort);
      this.#pending.delete(call);
      if (!isAnswered) this.#options.send({ cancel: call }).catch(() => {});
    };
  }
}

const placeOf = (path: string): { method: string; origin: string; path: string } => ({
  method: 'CALL',
  origin: '',
  path,
});
