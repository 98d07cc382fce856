// Child process: opens many clients of one kind, and reports on what they get.
import { CapillaryClient, webSocket } from '@organism/circulatory/capillary/client';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

/** What is sent to every client. */
export interface Post {
  /** `process.hrtime` of the server, in nanoseconds: one clock for all processes of a machine. */
  readonly at: number;
  readonly text: string;
}

/** What the clients got in one round. */
export interface Report {
  readonly received: number;
  /** When the last one came. */
  readonly lastAt: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

const now = (): number => Number(process.hrtime.bigint());

type Connect = (url: string, hear: (post: Post) => void) => Promise<void>;

const kinds: Readonly<Record<string, Connect>> = {
  capillary: (url, hear) =>
    new Promise((resolve) => {
      const client = new CapillaryClient({
        url,
        transports: [webSocket],
        WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
        onMessage: (data) => hear(data as Post),
        onState: (state) => state === 'open' && resolve(),
      });
      client.connect();
    }),
  ws: (url, hear) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url.replace(/^http/, 'ws'), { perMessageDeflate: false });
      socket.on('open', () => resolve());
      socket.on('error', reject);
      socket.on('message', (data: Buffer) => hear(JSON.parse(data.toString()) as Post));
    }),
  'socket.io': (url, hear) =>
    new Promise((resolve, reject) => {
      const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
      socket.on('connect', () => resolve());
      socket.on('connect_error', reject);
      socket.on('post', hear);
    }),
};

let latencies: number[] = [];
let expected = Infinity;

const percentile = (sorted: readonly number[], share: number): number =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) / 1e6;

const hear = ({ at }: Post): void => {
  const lastAt = now();
  latencies.push(lastAt - at);
  if (latencies.length < expected) return;
  const sorted = latencies.toSorted((a, b) => a - b);
  process.send?.({
    received: latencies.length,
    lastAt,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
  } satisfies Report);
};

process.on('message', (message: { readonly connect?: number; readonly expect?: number }) => {
  const [, , kind = '', url = ''] = process.argv;
  if (message.connect !== undefined) {
    const connect = kinds[kind];
    if (connect === undefined) throw new Error(`No clients of the kind ${kind}.`);
    const all = Array.from({ length: message.connect }, () => connect(url, hear));
    void Promise.all(all).then(() => process.send?.('connected'));
  } else {
    latencies = [];
    expected = message.expect ?? Infinity;
    process.send?.('ready');
  }
});
process.on('disconnect', () => process.exit(0));
