import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import type { NatsSettings } from './options.ts';
import { Requests } from './requests.ts';

/** What the server made of a message. */
export interface Stored {
  readonly seq: number;
  readonly duplicate: boolean;
}

/** A refusal of the server. @see https://github.com/nats-io/nats-server/blob/main/server/errors.json */
export class RefusedError extends Error {
  readonly code: number;

  constructor(code: number, description: string) {
    super(description);
    this.name = 'RefusedError';
    this.code = code;
  }
}

interface Answer {
  readonly error?: { readonly err_code?: number; readonly description?: string };
  readonly seq?: number;
  readonly duplicate?: boolean;
}

/** Told of a connection's state. */
export interface LinkListener {
  /** It is back: the server has forgotten what was asked for before. */
  readonly up: () => void;
  readonly down: () => void;
}

interface Open {
  readonly connection: NatsConnection;
  readonly requests: Requests;
  readonly manager: JetStreamManager;
}

/** The connection to the server, its own or one that was handed in, and whether it is up. */
export class Link {
  readonly #settings: NatsSettings;
  readonly #listener: LinkListener;
  #open: Open | undefined;
  #isUp = false;

  constructor(settings: NatsSettings, listener: LinkListener) {
    this.#settings = settings;
    this.#listener = listener;
  }

  async open(): Promise<void> {
    const { connection: given, servers, clock, timeoutMs } = this.#settings;
    const connection =
      given ??
      (await connect({
        pingInterval: 10_000,
        maxPingOut: 2,
        timeout: timeoutMs,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        ...this.#settings.connect,
        servers,
      }));
    try {
      // A connection that is closed must say so, rather than make the driver wait for an answer.
      if (connection.isClosed()) throw new Error('The connection is closed.');
      const manager = await jetstreamManager(connection, { timeout: timeoutMs });
      const requests = new Requests(connection, clock, timeoutMs);
      this.#open = { connection, manager, requests };
      this.#isUp = true;
      if (given === undefined) requests.onTimeout = () => this.#suspect(connection);
      void this.#follow(this.#open);
    } catch (error) {
      if (given === undefined) await connection.close();
      throw error;
    }
  }

  /** A server that is silent though the connection seems to be up: a new connection may reach it. */
  #suspect(connection: NatsConnection): void {
    if (this.#isUp && !connection.isClosed()) connection.reconnect().catch(() => {});
  }

  async #follow(open: Open): Promise<void> {
    for await (const { type } of open.connection.status()) {
      if (this.#open !== open) return;
      if (type === 'disconnect' || type === 'staleConnection' || type === 'close') this.#down(open);
      else if (type === 'reconnect') {
        this.#isUp = true;
        this.#listener.up();
      }
    }
  }

  #down({ requests }: Open): void {
    this.#isUp = false;
    requests.fail(new Error('The connection to the server is lost.'));
    this.#listener.down();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  #use(): Open {
    if (this.#open === undefined) throw new Error('The driver is not open.');
    // A client would keep what is sent until the connection is back: whoever waits should know now.
    if (!this.#isUp) throw new Error('There is no connection to the server.');
    return this.#open;
  }

  /** @throws when there is no connection. */
  get connection(): NatsConnection {
    return this.#use().connection;
  }

  /** Streams and consumers. @throws when there is no connection. */
  get manager(): JetStreamManager {
    return this.#use().manager;
  }

  /** Most bytes of a message with its headers. */
  get maxPayload(): number {
    return this.#use().connection.info?.max_payload ?? 1_048_576;
  }

  /** Sends a request, and reads its JSON. @throws {RefusedError} when the server refuses it. */
  async #ask(subject: string, payload: string | Uint8Array, headers?: MsgHdrs): Promise<Answer> {
    const answer = (await this.#use().requests.request(subject, payload, headers)).json<Answer>();
    if (answer.error === undefined) return answer;
    throw new RefusedError(answer.error.err_code ?? 0, answer.error.description ?? 'no reason');
  }

  /** Stores a message in the stream of a subject. */
  async store(subject: string, payload: string | Uint8Array, headers?: MsgHdrs): Promise<Stored> {
    const { seq = 0, duplicate = false } = await this.#ask(subject, payload, headers);
    return { seq, duplicate };
  }

  /** Calls the API of JetStream where the client has no call for it. */
  api<T>(call: string, request: object): Promise<T> {
    return this.#ask(`$JS.API.${call}`, JSON.stringify(request)) as Promise<T>;
  }

  /** Tells a consumer what became of a message, and waits until it has taken note. */
  async confirm(reply: string, word: string): Promise<void> {
    await this.#use().requests.request(reply, word);
  }

  /** Sends without waiting. */
  send(subject: string, payload: string, reply?: string): void {
    this.#use().connection.publish(subject, payload, reply === undefined ? undefined : { reply });
  }

  async close(): Promise<void> {
    const [open, wasUp] = [this.#open, this.#isUp];
    if (open === undefined) return;
    this.#open = undefined;
    this.#isUp = false;
    open.requests.close();
    if (this.#settings.connection === undefined) await open.connection.close();
    // So that what was sent without waiting has left.
    else if (wasUp) await open.connection.flush();
  }
}
