import { Muscle } from '@organism/muscular';
import { endpoint, Lung } from '@organism/respiratory';
import { hello } from './workload.ts';

/** Steps of the work of `GET /work`: about a fifth of a millisecond. */
const steps = 200_000;

const digest = (): number => {
  let hash = 0x811c9dc5;
  for (let step = 0; step < steps; step += 1) hash = Math.imul(hash ^ (step & 0xff), 0x01000193);
  return hash >>> 0;
};

// A server of so many workers, which tells where it is, and whose processes they are.
const say = new Muscle({ name: 'say', run: () => hello });
const work = new Muscle({ name: 'work', run: () => ({ digest: digest() }) });
const lung = await Lung.serve({
  port: 0,
  workers: Number(process.argv[2] ?? 1),
  endpoints: [endpoint('GET /hello', say), endpoint('GET /work', work)],
});
if (lung.role === 'primary') {
  process.send?.({ port: lung.port, pids: [process.pid, ...lung.workerPids] });
  process.on('disconnect', () => void lung.stop().then(() => process.exit()));
}
