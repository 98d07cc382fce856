import { OptionError, type OrganismError, type ProblemDetails, sleep } from '@organism/cell';
import { RejectedError, TimeoutError } from '@organism/homeostasis';
import {
  BadResponseError,
  type CallPlace,
  ConnectError,
  ConnectionLostError,
  ResponseTooLargeError,
} from '../errors.ts';
import { HeaderList } from '../header-list.ts';
import type { LungClient } from '../lung-client.ts';
import type { CallOptions, OptionsFor, OutputShape } from '../options.ts';
import { problemError, RemoteError } from '../remote-error.ts';
import { dataOf } from '../response.ts';
import { unstalled } from '../stall.ts';
import type { WireResponse } from '../transport.ts';
import { EventParser } from './event-parser.ts';

/** An event of a server. */
export interface IncomingEvent<T = unknown> {
  /** `message` when it has no name. */
  readonly event: string;
  readonly data: T;
  /** Where to go on: the id of this event, or of the last that had one; empty when none had. */
  readonly id: string;
}

/** Options of {@link listenEvents}. */
export interface ListenOptions<T> {
  /** The Bone of the events' data. */
  readonly output?: OutputShape<T>;
  /** `text` gives data as it came. Default `json`. */
  readonly format?: 'json' | 'text';
  /** Goes on after this event. */
  readonly lastEventId?: string;
  /** How often in a row it may connect anew without any event. Default 10. */
  readonly reconnects?: number;
  /** A connection over which nothing comes for so long, in milliseconds, is lost. Default 60 000. */
  readonly silenceMs?: number;
  /** Most characters of one event. Default 1 MiB. */
  readonly maxEventLength?: number;
}

type Opened = WireResponse & { readonly url: string };
type Parsed = Omit<IncomingEvent, 'data'> & { readonly data: string };

/** How long to wait when the server says nothing else, in milliseconds. */
const defaultRetryMs = 2000;
const jsonHeaders = HeaderList.of({ 'content-type': 'application/json' });
const encoder = new TextEncoder();

/** A text as a header field carries it: a character for each byte of its UTF-8. @see HTML Standard, section 9.2.3 */
const inUtf8 = (text: string): string => Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join('');

/** The content of an event. @throws {BadResponseError} when it is no JSON, or does not fit. */
export const contentOf = <T>(text: string, output: OutputShape<T> | undefined, place: CallPlace): T =>
  dataOf({ status: 200, headers: jsonHeaders, body: encoder.encode(text) }, output, place);

/** Where a response came from. */
export const placeOf = (method: string, { url }: Opened): CallPlace => {
  const { origin, pathname } = new URL(url);
  return { method, origin, path: pathname };
};

/** The events of one response. @throws {BadResponseError} when it holds none. */
export async function* eventsIn(
  response: Opened,
  parser: EventParser,
  place: CallPlace,
  {
    client,
    silenceMs,
    maxLength,
  }: { readonly client: LungClient; readonly silenceMs: number; readonly maxLength: number },
): AsyncGenerator<Parsed, void> {
  const type = response.headers.get('content-type') ?? '';
  if (!/^text\/event-stream\s*(;|$)/i.test(type)) {
    response.body.cancel();
    throw new BadResponseError(
      place,
      'media-type',
      `events were expected, not ${type === '' ? 'untyped content' : type}`,
    );
  }
  for await (const piece of unstalled(response.body, client.clock, silenceMs)) {
    for (const one of parser.push(piece)) yield { ...one, id: parser.lastEventId };
    if (parser.isTooLong) throw new ResponseTooLargeError(place, maxLength);
  }
}

/** What the server threw, where an event says so, as those of {@link events} do. */
const problemIn = ({ event, data }: Parsed, place: CallPlace): OrganismError | undefined => {
  if (event !== 'problem' || !data.startsWith('{')) return undefined;
  const problem = contentOf<Partial<ProblemDetails>>(data, undefined, place);
  const isProblem = typeof problem.code === 'string' && typeof problem.status === 'number';
  return isProblem ? problemError(place, problem as ProblemDetails) : undefined;
};

/** Whether a connection to the same events may last. */
const isPassing = (error: unknown): boolean =>
  error instanceof ConnectionLostError ||
  error instanceof TimeoutError ||
  error instanceof RejectedError ||
  ((error instanceof RemoteError || error instanceof ConnectError) && error.retryable);

/**
 * Server-sent events: those of a stream, over as many connections as it takes. Comes back after a while when one is lost, and
 * goes on after the last event that had an id. Ends with status 204; leaving the loop closes the connection.
 *
 * @throws {BadResponseError} when something else than events comes, or an event does not fit.
 * @throws {RemoteError} for a status of 400 and above, or an event `problem`, that another try would not mend.
 * @throws {ConnectionLostError} or what else the last try failed with, when there were too many.
 * @see HTML Standard, section 9.2
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { FetchTransport, listenEvents, LungClient } from '@organism/respiratory/client';
 *
 * const headers = { 'content-type': 'text/event-stream' };
 * const answer = async () => new Response('event: quake\nid: 7\ndata: {"magnitude":4.2}\n\n', { headers });
 * const client = new LungClient({ baseUrl: 'http://test', transport: new FetchTransport({ fetch: answer }) });
 * for await (const quake of listenEvents(client, '/quakes')) {
 *   assert.deepEqual(quake, { event: 'quake', data: { magnitude: 4.2 }, id: '7' });
 *   break;
 * }
 * ```
 */
export async function* listenEvents<P extends string, T = unknown>(
  client: LungClient,
  path: P,
  // What has to be given depends on the path, which is not known here.
  options: Omit<OptionsFor<P, never, never>, 'output'> & ListenOptions<T> = {} as never,
): AsyncGenerator<IncomingEvent<T>, void> {
  const given = options as Omit<CallOptions<never, never>, 'output'> & ListenOptions<T>;
  const { output, format = 'json', lastEventId = '', reconnects = 10, ...more } = given;
  const { silenceMs = 60_000, maxEventLength: maxLength = 2 ** 20, ...call } = more;
  if (!(silenceMs > 0)) throw new OptionError('silenceMs', 'a number of milliseconds > 0', silenceMs);
  if (!(reconnects >= 0)) throw new OptionError('reconnects', 'a number >= 0', reconnects);
  let [last, retryMs, failures] = [lastEventId, defaultRetryMs, 0];
  for (;;) {
    const parser = new EventParser(maxLength, last);
    let failure: unknown = undefined;
    try {
      const headers = {
        ...call.headers,
        accept: 'text/event-stream',
        ...(last !== '' && { 'last-event-id': inUtf8(last) }),
      };
      const response = await client.open<string>('GET', path, { ...call, headers });
      const place = placeOf('GET', response);
      if (response.status === 204) return;
      for await (const one of eventsIn(response, parser, place, { client, silenceMs, maxLength })) {
        const { event, data, id } = one;
        const problem = problemIn(one, place);
        if (problem !== undefined) throw problem;
        failures = 0;
        last = id;
        yield { event, data: format === 'text' ? (data as T) : contentOf<T>(data, output, place), id };
      }
      failure = new ConnectionLostError(place, 'after the end of the events');
    } catch (error) {
      if (!isPassing(error)) throw error;
      failure = error;
    }
    failures += 1;
    if (failures > reconnects) throw failure;
    retryMs = parser.retryMs ?? retryMs;
    const says = failure instanceof RemoteError || failure instanceof RejectedError ? failure.retryAfterMs : undefined;
    // Not all at once: many may have lost the same server.
    const waitMs = Math.max(says ?? 0, retryMs * (0.5 + client.entropy.random()));
    const signal = call.signal ?? call.context?.signal;
    await sleep(client.clock, waitMs, signal === undefined ? {} : { signal });
  }
}
