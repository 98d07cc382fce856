import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type Anatomy,
  Cell,
  type OrganismError,
  type StartScope,
  type StopScope,
  toOrganismError,
} from '@organism/cell';
import { ChannelNotRunningError } from './errors.ts';
import { FetchRequest, FetchResponse } from './fetch.ts';
import { toPayload } from './frames.ts';
import { greet } from './greet.ts';
import { answerRequest } from './http.ts';
import type { HttpRequest, HttpResponse } from './http-exchange.ts';
import type { Heard } from './history.ts';
import type { Link, LinkEvents, LinkOrigin, Payload } from './link.ts';
import { type CapillaryOptions, checkOptions } from './options.ts';
import { checkOrigin, corsHeaders } from './origin.ts';
import { Reception } from './reception.ts';
import { Relay } from './relay.ts';
import type { Session } from './session.ts';
import { refuseUpgrade, WebSocketDoor } from './websocket.ts';

const pathOf = (url: string | undefined): string => (url ?? '').split('?')[0] ?? '';

/**
 * Point-to-point channels to clients: WebSocket, Server-Sent Events and long polling over one protocol, so that a
 * session survives its connections without loss or duplicates. Mounts on any node:http server.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { createServer } from 'node:http';
 * import type { AddressInfo } from 'node:net';
 * import { Capillary } from '@organism/circulatory/capillary';
 * import { CapillaryClient } from '@organism/circulatory/capillary/client';
 *
 * await using capillary = await new Capillary({
 *   authenticate: ({ credentials }) => (credentials === 'open sesame' ? { id: 'ada' } : undefined),
 *   onMessage: (data, session) => session.send({ echo: data }),
 * }).start();
 * const server = createServer(capillary.request).on('upgrade', capillary.upgrade);
 * await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
 * const { port } = server.address() as AddressInfo;
 *
 * const heard = Promise.withResolvers<unknown>();
 * const client = new CapillaryClient({
 *   url: `http://127.0.0.1:${port}/capillary`,
 *   credentials: () => 'open sesame',
 *   onMessage: heard.resolve,
 * });
 * client.connect();
 * await client.send('hello');
 * assert.deepEqual(await heard.promise, { echo: 'hello' });
 * client.close();
 * server.close();
 * ```
 */
export class Capillary extends Cell {
  readonly #options: CapillaryOptions;
  readonly #path: string;
  readonly #reception: Reception;
  readonly #door: WebSocketDoor;

  /** @throws {OptionError} `CELL_BAD_OPTION` */
  constructor(options: CapillaryOptions) {
    const { name = 'capillary', needs = [], clock, entropy } = options;
    super({ name, needs, ...(clock !== undefined && { clock }), ...(entropy !== undefined && { entropy }) });
    const limits = checkOptions(options);
    this.#options = options;
    this.#path = options.path ?? '/capillary';
    this.#reception = new Reception(options, limits, this);
    this.#door = new WebSocketDoor(limits);
  }

  protected override async onStart({ defer }: StartScope): Promise<void> {
    const reception = this.#reception;
    const { fanout, onRelayError } = this.#options;
    if (fanout !== undefined) {
      const { claimMs, resumeMs, maxSessions } = reception.limits;
      const relay = new Relay(fanout, {
        clock: this.clock,
        process: this.entropy.uuid(),
        claimMs,
        resumeMs,
        maxParked: maxSessions,
        deliver: (heard) => this.#deliver(heard),
        release: async (id, claim) => await reception.release(id, claim),
        failed: (error) => {
          if (onRelayError === undefined) console.error('Unhandled failure of a fan-out:', error);
          else onRelayError(error);
        },
      });
      defer(await relay.open());
      reception.relay = relay;
      defer(() => {
        reception.relay = undefined;
      });
    }
    reception.isOpen = true;
    defer(() => {
      reception.isOpen = false;
      reception.close();
    });
    defer(this.clock.setInterval(() => reception.tick(), reception.limits.heartbeatMs).unref());
  }

  /**
   * Lets handlers finish, so that what they did is acknowledged; takes nothing new meanwhile. Then the other processes, if
   * there are any, get the sessions.
   */
  protected override async onStop({ signal }: StopScope): Promise<void> {
    const reception = this.#reception;
    reception.isOpen = false;
    const late = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([late, reception.settled().then(() => reception.park())]);
  }

  protected override onDescribe(): Partial<Anatomy> {
    return {
      ports: [
        { name: 'in', direction: 'in', protocol: 'capillary' },
        { name: 'out', direction: 'out', protocol: 'capillary' },
      ],
      counters: this.#reception.count(),
    };
  }

  /** The sessions, connected or waiting for their client to come back. */
  get sessions(): Iterable<Session> {
    return this.#reception.sessions.values();
  }

  /** The session of an id; undefined when it has ended. */
  session(id: string): Session | undefined {
    return this.#reception.sessions.get(id);
  }

  /**
   * Sends one message to all sessions, or to those that `where` picks. Written as JSON once.
   *
   * @returns when all buffers have taken it; sessions that end meanwhile, or overflow, are passed over.
   * @throws {OptionError} when JSON can't hold it (as a rejection).
   */
  async broadcast(data: unknown, where?: (session: Session) => boolean): Promise<void> {
    const sessions = where === undefined ? this.sessions : [...this.sessions].filter(where);
    await this.#spread(toPayload(data), sessions);
  }

  async #spread(payload: Payload, sessions: Iterable<Session>): Promise<void> {
    const sends: Promise<void>[] = [];
    for (const session of sessions) sends.push(session.sendPayload(payload));
    await Promise.allSettled(sends);
  }

  /** Puts a session into a room; it leaves when it ends. */
  join(session: Session, room: string): void {
    this.#reception.rooms.join(session, room);
  }

  /** Takes a session out of a room. */
  leave(session: Session, room: string): void {
    this.#reception.rooms.leave(session, room);
  }

  /**
   * Sends one message to all sessions in a room: here at once, and in the other processes by way of `fanout`.
   *
   * @returns when the buffers here and the fan-out have taken it.
   * @throws {OptionError} when JSON can't hold it; and what the fan-out throws (as rejections).
   */
  async publish(room: string, data: unknown): Promise<void> {
    const payload = toPayload(data);
    const { rooms, relay } = this.#reception;
    const here = this.#spread(payload, rooms.in(room));
    await relay?.publish(room, payload.text);
    await here;
  }

  #deliver({ from, number, room, text }: Heard): void {
    const payload = { text, bytes: Buffer.byteLength(text) };
    // A client here that is slow must not hold up the others, nor who publishes.
    for (const session of this.#reception.rooms.in(room))
      if (!session.had(from, number)) void session.sendPayload(payload);
  }

  /** Handler for a node:http server's `request`. Gives false for other paths, which it leaves alone. */
  readonly request = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (pathOf(request.url) !== this.#path) return false;
    this.#answer(request, response);
    return true;
  };

  /**
   * Handler of the Fetch standard, for Server-Sent Events and long polling, whatever the path: to be mounted in another
   * server. The client's address is not known then.
   */
  readonly fetch = (request: Request): Promise<Response> => {
    const answer = new FetchResponse(request.signal);
    this.#answer(new FetchRequest(request), answer);
    return answer.response;
  };

  #answer(request: HttpRequest, response: HttpResponse): void {
    const refusal = this.#refusal(request);
    if (refusal === undefined) {
      void answerRequest(request, response, this.#reception, corsHeaders(request.headers.origin));
    } else {
      response.writeHead(refusal.status, { 'content-type': 'application/problem+json', connection: 'close' });
      response.end(JSON.stringify(refusal));
    }
  }

  /** Handler for a node:http server's `upgrade`. Gives false for other paths, which it leaves alone. */
  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    if (pathOf(request.url) !== this.#path) return false;
    const refusal = this.#refusal(request);
    if (refusal === undefined) void this.#door.open(request, socket, head, (link, origin) => this.accept(link, origin));
    else refuseUpgrade(socket, refusal.status);
    return true;
  };

  /** Takes a connection of any other kind: a transport of one's own. The client's first frame must be its hello. */
  accept(link: Link, origin: LinkOrigin): LinkEvents {
    return greet(link, origin, this.#reception);
  }

  #refusal({ headers }: Pick<HttpRequest, 'headers'>): OrganismError | undefined {
    if (this.state !== 'running') return new ChannelNotRunningError();
    try {
      checkOrigin(headers, this.#options.origins);
      return undefined;
    } catch (error) {
      return toOrganismError(error);
    }
  }
}
