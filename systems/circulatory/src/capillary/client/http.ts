import { type Frame, type Open, sessionHeader } from '../protocol.ts';
import type { Transport, WireEvents, WireHost } from './transport.ts';

const json = 'application/json';

/** Longest body of one request in characters, unless one frame alone has more. */
const longestBody = 16_384;

/** What the server's refusal means for the client; undefined when another try may help. */
const refusal = async (response: Response): Promise<Frame | undefined> => {
  const { code, detail = '' } = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
  if (response.status === 401) return ['close', 'unauthorized', detail];
  if (response.status === 403) return ['close', 'forbidden', detail];
  if (code === 'CIRCULATORY_PROTOCOL_VERSION') return ['close', 'version', detail];
  return response.status === 503 ? ['close', 'overloaded', detail] : undefined;
};

async function* framesOf(response: Response): AsyncGenerator<Frame> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    yield* (await response.json()) as Frame[];
    return;
  }
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const events = (text + chunk.value).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) if (event.startsWith('data: ')) yield JSON.parse(event.slice(6)) as Frame;
  }
}

const connect = (stream: boolean, url: string, hello: string, events: WireEvents, { fetch }: WireHost) => {
  const abort = new AbortController();
  let queue: string[] = [];
  let token = '';
  let posting = true;
  let unheard = false;

  const request = async (init: RequestInit, headers: Record<string, string>): Promise<Response> => {
    if (token !== '') headers[sessionHeader] = token;
    const response = await fetch(url, { ...init, headers, credentials: 'include', signal: abort.signal });
    if (response.ok) return response;
    const frame = await refusal(response);
    if (frame !== undefined && !abort.signal.aborted) events.frame(frame);
    throw new Error(`status ${response.status}`);
  };
  const post = async (body: string): Promise<Frame[]> =>
    (await (await request({ method: 'POST', body: `[${body}]` }, { 'content-type': json })).json()) as Frame[];
  const get = (last: number): Promise<Response> =>
    request({}, { accept: stream ? 'text/event-stream' : json, 'last-event-id': `${last}` });
  // Outlives the connection, and the page.
  const leave = (): void => {
    const body = '[["close"]]';
    void fetch(url, {
      method: 'POST',
      headers: { [sessionHeader]: token },
      body,
      credentials: 'include',
      keepalive: true,
    }).catch(() => {});
  };
  const stop = (): void => {
    queue = [];
    abort.abort();
    // The client never heard of this session, and would leave it behind.
    if (unheard) leave();
    unheard = false;
  };
  const end = (): void => {
    if (abort.signal.aborted) return;
    stop();
    events.closed();
  };

  const flush = async (): Promise<void> => {
    posting = true;
    while (queue.length > 0 && !abort.signal.aborted) {
      let count = 1;
      for (let size = 0; count < queue.length && size < longestBody; count++) size += (queue[count] ?? '').length;
      const frames = await post(queue.splice(0, count).join());
      for (const frame of frames) if (!abort.signal.aborted) events.frame(frame);
    }
    posting = false;
  };

  const run = async (): Promise<void> => {
    const [open] = (await post(hello)) as [readonly ['open', Open]];
    ({ token } = open[1]);
    unheard = !open[1].resumed;
    if (open[1].resumed) events.renewed(token);
    let last = open[1].resumed ? events.last() : 0;
    let told = false;
    const tell = (): void => {
      told = true;
      unheard = false;
      events.frame(open);
      flush().catch(end);
    };
    if (!stream) tell();
    while (!abort.signal.aborted) {
      for await (const frame of framesOf(await get(last))) {
        if (abort.signal.aborted) return;
        // A stream counts as open when its first frame has made it through.
        if (!told) tell();
        events.frame(frame);
      }
      if (stream) return;
      last = events.last();
    }
  };
  run()
    .catch(() => {})
    .finally(end);

  return {
    send: (frame: string) => {
      // The next poll says what came, and that somebody is there.
      if (!stream && /^\["(?:ack|pong)"/.test(frame)) return;
      if (frame === '["close"]') {
        leave();
        return;
      }
      queue.push(frame);
      if (!posting) flush().catch(end);
    },
    close: stop,
  };
};

/** Server-Sent Events one way, requests the other. @see HTML Standard, server-sent events */
export const eventStream: Transport = {
  name: 'sse',
  connect: (url, hello, events, host) => connect(true, url, hello, events, host),
};

/** Requests that the server answers when it has something to say. */
export const longPoll: Transport = {
  name: 'poll',
  connect: (url, hello, events, host) => connect(false, url, hello, events, host),
};
