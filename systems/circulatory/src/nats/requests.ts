import type { Clock, Timer } from '@organism/cell';
import { createInbox, type Msg, type MsgHdrs, type NatsConnection, type Subscription } from '@nats-io/transport-node';

interface Pending {
  readonly resolve: (answer: Msg) => void;
  readonly reject: (error: Error) => void;
  readonly deadline: number;
}

/** Nobody listens at a subject: there is no such stream, or no JetStream. */
export class NoResponderError extends Error {
  constructor() {
    super('The server has no stream for this subject, or no JetStream.');
    this.name = 'NoResponderError';
  }
}

/**
 * Requests over one subscription, with one timer for all of them: a timer and a promise chain for each, as a client's own
 * request has, cost as much as the message itself.
 */
export class Requests {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #inbox: string;
  readonly #subscription: Subscription;
  readonly #pending = new Map<string, Pending>();
  #timer: Timer | undefined;
  #last = 0;
  /** Called when one has not been answered in time. */
  onTimeout: () => void = () => {};

  constructor(connection: NatsConnection, clock: Clock, timeoutMs: number) {
    this.#connection = connection;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#inbox = `${createInbox()}.`;
    this.#subscription = connection.subscribe(`${this.#inbox}*`, {
      callback: (error, message) => {
        if (error === null) this.#answered(message);
      },
    });
  }

  #answered(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length);
    const pending = this.#pending.get(token);
    if (pending === undefined) return;
    this.#pending.delete(token);
    if (message.data.length === 0 && message.headers?.code === 503) pending.reject(new NoResponderError());
    else pending.resolve(message);
  }

  /** Sends a request. Rejects when nobody answers in time, or the connection breaks. */
  request(subject: string, payload: string | Uint8Array, headers?: MsgHdrs): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const token = (this.#last += 1).toString(36);
      this.#pending.set(token, { resolve, reject, deadline: this.#clock.monotonic() + this.#timeoutMs });
      this.#timer ??= this.#clock.setTimeout(() => this.#expire(), this.#timeoutMs).unref();
      try {
        const reply = this.#inbox + token;
        this.#connection.publish(subject, payload, headers === undefined ? { reply } : { reply, headers });
      } catch (error) {
        this.#pending.delete(token);
        reject(error as Error);
      }
    });
  }

  /** The oldest come first, and all wait for the same time. */
  #expire(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    let isLate = false;
    for (const [token, { deadline, reject }] of this.#pending) {
      if (deadline > now) {
        this.#timer = this.#clock.setTimeout(() => this.#expire(), Math.max(1, deadline - now)).unref();
        break;
      }
      this.#pending.delete(token);
      isLate = true;
      reject(new Error(`The server did not answer in ${this.#timeoutMs} ms.`));
    }
    if (isLate) this.onTimeout();
  }

  /** Fails all that wait for an answer. */
  fail(error: Error): void {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of all) reject(error);
  }

  close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.fail(new Error('The driver is closed.'));
    if (!this.#connection.isClosed()) this.#subscription.unsubscribe();
  }
}
