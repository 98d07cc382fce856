import { Muscle } from '@organism/muscular';
import { endpoint, Lung } from '@organism/respiratory';
import { hello } from './workload.ts';

// A server of so many workers, which tells where it is, and whose processes they are.
const say = new Muscle({ name: 'say', run: () => hello });
const lung = await Lung.serve({
  port: 0,
  workers: Number(process.argv[2] ?? 1),
  endpoints: [endpoint('GET /hello', say)],
});
if (lung.role === 'primary') {
  process.send?.({ port: lung.port, pids: [process.pid, ...lung.workerPids] });
  process.on('disconnect', () => void lung.stop().then(() => process.exit()));
}
