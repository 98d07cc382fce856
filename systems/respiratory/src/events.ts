import { OptionError, type ShapeReference, toOrganismError } from '@organism/cell';
import type { Exchange } from './exchange/exchange.ts';
import type { Outlet } from './exchange/outlet.ts';
import { placeOfCall } from './place.ts';
import { sendableProblem } from './problem.ts';
import type { Hook } from './hooks.ts';
import type { HttpTendon, Route } from './route.ts';
import { parseRoute } from './router/router.ts';

/** One event for a browser. */
export interface ServerEvent {
  /** Sent as JSON. */
  readonly data: unknown;
  /** Event name; the browser's default is `message`. */
  readonly event?: string;
  /** Where to go on after a reconnection. */
  readonly id?: string;
}

/** Options of {@link events}. */
export interface EventsOptions {
  /** A comment this often, in milliseconds, keeps proxies from closing a quiet stream. Default 15 000. */
  readonly heartbeatMs?: number;
  /** How long the browser waits before it reconnects, in milliseconds. Default 2000. */
  readonly retryMs?: number;
  /** A client that has not taken this many bytes is dropped; it reconnects and catches up. Default 1 MiB. */
  readonly maxBufferBytes?: number;
  /** What the events carry, for the anatomy. */
  readonly shape?: ShapeReference;
  /** Run in order before the stream opens. */
  readonly before?: readonly Hook[];
}

const oneLine = (field: string, text: string): string => {
  if (/[\r\n\0]/.test(text)) throw new OptionError(field, 'a single line', text);
  return text;
};

/** An event in the wire format. @see HTML Standard, section 9.2.6 */
export const formatEvent = ({ data, event, id }: ServerEvent): string =>
  `${id === undefined ? '' : `id: ${oneLine('id', id)}\n`}${event === undefined ? '' : `event: ${oneLine('event', event)}\n`}data: ${JSON.stringify(data ?? null)}\n\n`;

/** The text of a header whose bytes are UTF-8, as browsers send ids; as it came where they are not. */
const fromUtf8 = (value: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(value, (char) => char.charCodeAt(0)));
  } catch {
    return value;
  }
};

/** One connected client. */
export class EventClient {
  readonly #exchange: Exchange;
  readonly #outlet: Outlet;
  readonly #maxBufferBytes: number;
  /** The last id the client saw before it was cut off. */
  readonly lastEventId: string | undefined;

  constructor(exchange: Exchange, outlet: Outlet, maxBufferBytes: number) {
    this.#exchange = exchange;
    this.#outlet = outlet;
    this.#maxBufferBytes = maxBufferBytes;
    this.lastEventId = fromUtf8(exchange.header('last-event-id') ?? '') || undefined;
  }

  /** Aborts when the client leaves. */
  get signal(): AbortSignal {
    return this.#exchange.signal;
  }

  /** Sends an event. Returns false when the client has left, or was dropped because it did not keep up. */
  send(event: ServerEvent): boolean {
    return this.write(formatEvent(event));
  }

  /** Sends text in the wire format, see {@link formatEvent}: the same text serves many clients. */
  write(text: string): boolean {
    if (this.#outlet.closed) return false;
    if (this.#outlet.pendingBytes > this.#maxBufferBytes) {
      this.#outlet.destroy();
      return false;
    }
    return this.#outlet.write(text);
  }

  /** Resolves when the client has taken what was sent, or has left. */
  async drained(): Promise<void> {
    await this.#outlet.drained();
  }
}

/** What feeds a client: a sequence of events, or a function's subscription that lasts as long as the client. */
export type EventSource = AsyncIterable<ServerEvent> | Disposable | undefined;

const pump = async (iterator: AsyncIterator<ServerEvent>, client: EventClient): Promise<void> => {
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true || !client.send(value)) return;
    await client.drained();
  }
};

/**
 * Server-sent events: a stream of events for browsers' `EventSource`. `open` is called for each client; it sends
 * through the client, or gives back a sequence. Ends when the client leaves or the server stops. What `open` or the sequence
 * throws is sent as an event `problem`, with the problem document.
 *
 * @see HTML Standard, section 9.2
 */
export const events = (
  declared: string,
  open: (client: EventClient, exchange: Exchange) => EventSource,
  options: EventsOptions = {},
): HttpTendon => {
  const { method, path } = parseRoute(declared);
  const { heartbeatMs = 15_000, retryMs = 2000, maxBufferBytes = 2 ** 20, shape, before } = options;
  const handle = async (exchange: Exchange): Promise<void> => {
    const { scope } = exchange;
    const outlet = exchange.open(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    if (exchange.method === 'HEAD') return;
    outlet.write(`retry: ${retryMs}\n\n`);
    const client = new EventClient(exchange, outlet, maxBufferBytes);
    const stop = (): void => outlet.end();
    const heartbeat = scope.clock.setInterval(() => client.write(': \n\n'), heartbeatMs).unref();
    scope.stopping.addEventListener('abort', stop, { once: true });
    if (scope.stopping.aborted) stop();
    let iterator: AsyncIterator<ServerEvent> | undefined;
    let subscription: Disposable | undefined;
    try {
      const source = open(client, exchange);
      if (source !== undefined && Symbol.asyncIterator in source) {
        iterator = source[Symbol.asyncIterator]();
        await Promise.race([pump(iterator, client), outlet.done]);
        outlet.end();
      } else subscription = source;
      await outlet.done;
    } catch (error) {
      // The same document as any other answer would have had; then the end, once the client has it.
      const data = sendableProblem(toOrganismError(error), { instance: exchange.path });
      client.send({ event: 'problem', data });
      outlet.end();
      await outlet.done;
      throw error;
    } finally {
      scope.stopping.removeEventListener('abort', stop);
      heartbeat[Symbol.dispose]();
      // The very one that was read: a source may give another each time it is asked.
      await iterator?.return?.();
      subscription?.[Symbol.dispose]();
      outlet.end();
    }
  };
  const document = {
    operationId: `stream${path.replaceAll(/\W+/g, '-')}`,
    summary: 'Server-sent events',
    contentType: 'text/event-stream',
  };
  const place = placeOfCall(events);
  const route: Route = { method, path, handle, document, place, ...(before && { before }) };
  return { kind: 'http', target: path, routes: [route], ...(shape && { shape }) };
};
