import { OptionError, type ShapeReference } from '@organism/cell';
import type { Exchange } from './exchange.ts';
import type { HttpTendon } from './route.ts';
import { parseRoute } from './router.ts';

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
}

const oneLine = (field: string, text: string): string => {
  if (/[\r\n\0]/.test(text)) throw new OptionError(field, 'a single line', text);
  return text;
};

/** An event in the wire format. @see HTML Standard, section 9.2.6 */
export const formatEvent = ({ data, event, id }: ServerEvent): string =>
  `${id === undefined ? '' : `id: ${oneLine('id', id)}\n`}${event === undefined ? '' : `event: ${oneLine('event', event)}\n`}data: ${JSON.stringify(data ?? null)}\n\n`;

/** One connected client. */
export class EventClient {
  readonly #exchange: Exchange;
  readonly #maxBufferBytes: number;
  /** The last id the client saw before it was cut off. */
  readonly lastEventId: string | undefined;

  constructor(exchange: Exchange, maxBufferBytes: number) {
    this.#exchange = exchange;
    this.#maxBufferBytes = maxBufferBytes;
    const { 'last-event-id': last } = exchange.request.headers;
    this.lastEventId = typeof last === 'string' && last !== '' ? last : undefined;
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
    const { response } = this.#exchange;
    if (response.destroyed || response.writableEnded) return false;
    if (response.writableLength > this.#maxBufferBytes) {
      response.destroy();
      return false;
    }
    response.write(text);
    return true;
  }

  /** Resolves when the client has taken what was sent, or has left. */
  async drained(): Promise<void> {
    const { response } = this.#exchange;
    if (!response.writableNeedDrain || response.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      response.on('drain', done);
      response.on('close', done);
    });
  }
}

/** What feeds a client: a sequence of events, or a function's subscription that lasts as long as the client. */
export type EventSource = AsyncIterable<ServerEvent> | Disposable | undefined;

const pump = async (source: AsyncIterable<ServerEvent>, client: EventClient): Promise<void> => {
  for await (const event of source) {
    if (!client.send(event)) break;
    await client.drained();
  }
};

/**
 * Server-sent events: a stream of events for browsers' `EventSource`. `open` is called for each client; it sends
 * through the client, or gives back a sequence. Ends when the client leaves or the server stops.
 *
 * @see HTML Standard, section 9.2
 */
export const events = (
  route: string,
  open: (client: EventClient, exchange: Exchange) => EventSource,
  options: EventsOptions = {},
): HttpTendon => {
  const { method, path } = parseRoute(route);
  const { heartbeatMs = 15_000, retryMs = 2000, maxBufferBytes = 2 ** 20, shape } = options;
  const handle = async (exchange: Exchange): Promise<void> => {
    const { response, request, scope } = exchange;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.write(`retry: ${retryMs}\n\n`);
    const client = new EventClient(exchange, maxBufferBytes);
    const left = new Promise<void>((resolve) => response.once('close', resolve));
    const stop = (): void => void response.end();
    const heartbeat = scope.clock.setInterval(() => client.write(': \n\n'), heartbeatMs).unref();
    scope.stopping.addEventListener('abort', stop, { once: true });
    if (scope.stopping.aborted) stop();
    let source: EventSource;
    try {
      source = open(client, exchange);
      if (source !== undefined && Symbol.asyncIterator in source) {
        await Promise.race([pump(source, client), left]);
        response.end();
      }
      await left;
    } finally {
      scope.stopping.removeEventListener('abort', stop);
      heartbeat[Symbol.dispose]();
      if (source !== undefined && Symbol.asyncIterator in source) await source[Symbol.asyncIterator]().return?.();
      else source?.[Symbol.dispose]();
      response.end();
    }
  };
  const document = {
    operationId: `stream${path.replaceAll(/\W+/g, '-')}`,
    summary: 'Server-sent events',
    contentType: 'text/event-stream',
  };
  return { kind: 'http', target: path, routes: [{ method, path, handle, document }], ...(shape && { shape }) };
};
