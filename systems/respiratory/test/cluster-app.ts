import { Lung, respond } from '@organism/respiratory';
import cluster from 'node:cluster';

// The program of cluster.test.ts: the same file runs in the primary and in each worker.
const [, , mode = '', port = '0'] = process.argv;
if (mode === 'broken' && cluster.isWorker) throw new Error('This worker can not start.');
const lung = await Lung.serve({
  name: 'clustered',
  port: Number(port),
  workers: 2,
  ...(mode === 'reuse' && { reusePort: true }),
  endpoints: [
    respond('GET /pid', (exchange) => exchange.sendJson(200, process.pid)),
    respond('GET /crash', () => process.exit(7)),
    respond('GET /slow', async (exchange) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      exchange.sendJson(200, process.pid);
    }),
  ],
}).catch((error: unknown) => {
  console.error(String((error as { errors?: unknown[] }).errors?.[0] ?? error));
  process.exit(3);
});
const say = (value: object): void => console.log(JSON.stringify(value));
if (lung.role === 'primary') {
  say({ url: lung.url, pids: lung.workerPids });
  const obey = async (command: string): Promise<void> => {
    if (command === 'stop') await lung.stop();
    if (command === 'restart') await lung.restartWorkers();
    if (command === 'restart-twice') await Promise.all([lung.restartWorkers(), lung.restartWorkers()]);
    if (command === 'restart-and-stop') {
      void lung.restartWorkers();
      await new Promise((resolve) => setTimeout(resolve, 50));
      await lung.stop();
    }
    say({ pids: lung.workerPids, health: (await lung.health()).status, counters: lung.describe().counters });
    if (command.endsWith('stop')) process.stdin.destroy();
  };
  process.stdin.on('data', (text: Buffer) => void obey(text.toString().trim()));
}
