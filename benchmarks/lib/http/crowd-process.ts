import { Client } from './client.ts';
import { percentile } from './statistics.ts';
import { scenarios } from './workload.ts';

/** What a crowd is asked: to grow to so many connections, or to let each ask once, so many at a time. */
export type Order = { readonly grow: number } | { readonly turns: number; readonly window: number };

/** What it answers: how many connections there are, or how the turns went. */
export interface Report {
  readonly size: number;
  readonly p99?: number;
  readonly perSecond?: number;
}

// The process of many clients of one server, so that those of several servers find enough open files.
const port = Number(process.argv[2]);
const request = Buffer.from(scenarios[0]?.request ?? '', 'latin1');
// An answer is taken from it before the next one comes.
const buffer = Buffer.allocUnsafe(16 * 1024);
const clients: Client[] = [];
let size = 0;

const grow = async (count: number): Promise<Report> => {
  while (clients.length < count) {
    const some = Array.from({ length: Math.min(100, count - clients.length) }, () => new Client(port, buffer));
    const answers = await Promise.all(some.map((client) => client.read(request)));
    size = answers[0]?.size ?? 0;
    clients.push(...some);
  }
  return { size: clients.length };
};

const turn = async (turns: number, window: number): Promise<Report> => {
  const latencies: number[] = [];
  const began = performance.now();
  for (let time = 0; time < turns; time += 1) {
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < clients.length) {
        const client = clients[next];
        next += 1;
        await client?.repeat(request, size, 1, latencies);
      }
    };
    await Promise.all(Array.from({ length: window }, work));
  }
  const seconds = (performance.now() - began) / 1000;
  return { size: clients.length, p99: percentile(latencies, 0.99), perSecond: latencies.length / seconds };
};

process.on('message', (order: Order) => {
  const done = 'grow' in order ? grow(order.grow) : turn(order.turns, order.window);
  done.then(
    (report) => process.send?.(report),
    // As many as there are: the system allows no more, or the server closed some.
    (error: unknown) => process.send?.({ size: clients.length, problem: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
