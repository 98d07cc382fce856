import { OrganismError, toOrganismError } from '@organism/cell';
import { FrameError, MessageTooLargeError, OverloadedError } from './errors.ts';
import { EventStreamLink } from './event-stream.ts';
import { checkFrame } from './frames.ts';
import type { HttpRequest, HttpResponse } from './http-exchange.ts';
import { LongPollLink } from './long-poll.ts';
import { type Frame, sessionHeader } from './protocol.ts';
import type { Reception } from './reception.ts';
import type { Session } from './session.ts';

type Answer = (status: number, body: unknown) => void;

const readBody = async (request: HttpRequest, maxBytes: number): Promise<unknown> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Not destroyed when refused: the refusal goes out by the same socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new MessageTooLargeError(maxBytes);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new FrameError('JSON');
  }
};

const last = (header: string | string[] | undefined): number => {
  const value = Number(typeof header === 'string' && header !== '' ? header : '0');
  if (!Number.isSafeInteger(value) || value < 0) throw new FrameError('asked for with a number as last-event-id');
  return value;
};

const bind = (session: Session, link: EventStreamLink | LongPollLink, response: HttpResponse): void => {
  link.bind({
    frame: () => {},
    drained: () => session.drained(link),
    closed: () => session.detach(link),
  });
  if (response.destroyed) session.detach(link);
};

const text = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

/** Frames of a client that can send none over its stream: a hello, or what it says within its session. */
const post = async (request: HttpRequest, reception: Reception, answer: Answer): Promise<void> => {
  const { headers } = request;
  const { maxMessageBytes, maxInFlight } = reception.limits;
  // Two more for the brackets around one message of the largest size.
  const body = await readBody(request, maxMessageBytes + 2);
  if (!Array.isArray(body)) throw new FrameError('in an array');
  const frames: readonly Frame[] = body.map(checkFrame);
  const [first] = frames;
  if (first?.[0] === 'hello') {
    const origin = { headers, remoteAddress: request.socket.remoteAddress };
    const { session, resumed } = await reception.welcome(first[1], origin, 'http');
    answer(200, [['open', session.opening(resumed)]]);
    return;
  }
  const session = reception.find(text(headers[sessionHeader]));
  if (session.waiting > maxInFlight) throw new OverloadedError('messages that wait to be handled', maxInFlight, 429);
  const from = frames.find((frame) => frame[0] === 'msg')?.[1] ?? Infinity;
  for (const frame of frames) session.receive(frame);
  await session.settled();
  answer(200, session.answer(from));
};

/** The stream of a client that says hello by the request itself, as `EventSource` does: it only listens. */
const listen = async (
  request: HttpRequest,
  response: HttpResponse,
  reception: Reception,
  cors: Readonly<Record<string, string>>,
): Promise<void> => {
  const { headers } = request;
  const id = text(headers['last-event-id']) ?? '';
  const cut = id.lastIndexOf('.');
  const hello = { version: 1, ...(cut > 0 && { token: id.slice(0, cut), last: last(id.slice(cut + 1)) }) };
  const origin = { headers, remoteAddress: request.socket.remoteAddress };
  const { session, resumed } = await reception.welcome(hello, origin, 'sse');
  const link = new EventStreamLink(response, cors, session.opening(resumed).token);
  // EventSource waits for the same time in every client: drawn here, or all would come back at once.
  link.retryAfter(500 + reception.entropy.random() * 2500);
  session.attach(link, resumed ? (hello.last ?? 0) : 0, {
    acknowledges: false,
    hello: JSON.stringify(['open', session.opening(resumed)]),
  });
  bind(session, link, response);
};

const stream = (
  request: HttpRequest,
  response: HttpResponse,
  reception: Reception,
  cors: Readonly<Record<string, string>>,
): void => {
  const { headers } = request;
  const session = reception.find(text(headers[sessionHeader]));
  const wantsStream = headers.accept?.includes('text/event-stream') === true;
  const cursor = last(headers['last-event-id']);
  const link = wantsStream
    ? new EventStreamLink(response, cors)
    : new LongPollLink(response, cors, reception.limits.maxSocketBytes);
  // The first frame shows the client that nothing on the way holds the stream back.
  session.attach(link, cursor, wantsStream ? { hello: '["ping"]' } : {});
  bind(session, link, response);
};

/** Answers one HTTP request. Never rejects: failures are answered as problem documents. */
export const answerRequest = async (
  request: HttpRequest,
  response: HttpResponse,
  reception: Reception,
  cors: Readonly<Record<string, string>>,
): Promise<void> => {
  const answer: Answer = (status, body) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { ...cors, 'content-type': type, 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  };
  try {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, {
        ...cors,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': `content-type, last-event-id, authorization, ${sessionHeader}`,
        'access-control-max-age': '600',
      });
      response.end();
    } else if (request.method === 'POST') await post(request, reception, answer);
    else if (request.method !== 'GET')
      throw new OrganismError('CIRCULATORY_METHOD_NOT_ALLOWED', 'A channel takes GET and POST.', { status: 405 });
    else if (request.headers[sessionHeader] !== undefined) stream(request, response, reception, cors);
    else if (request.headers.accept?.includes('text/event-stream') === true)
      await listen(request, response, reception, cors);
    else throw new FrameError('asked for with the header of a session, or as an event stream');
  } catch (thrown) {
    const error = toOrganismError(thrown);
    if (response.headersSent) response.destroy();
    else {
      // The rest of a body that was refused is not read.
      if (error.status === 413) response.setHeader('connection', 'close');
      answer(error.status, error.toProblem());
    }
  }
};
