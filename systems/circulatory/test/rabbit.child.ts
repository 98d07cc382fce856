// A process that consumes, or publishes, until it is killed. Says on its standard output what it did: one JSON a line.
import { writeSync } from 'node:fs';
import { constant } from '@organism/homeostasis';
import { Heart, RejectError } from '@organism/circulatory';
import { RabbitBroker } from '@organism/circulatory/rabbitmq';

const [role = '', url = '', prefix = '', first = '0'] = process.argv.slice(2);
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);

const driver = new RabbitBroker({ url, prefix, partitions: 2 });
const heart = await new Heart<{ jobs: number }>({ driver }).start();
if (role === 'consume')
  await heart.subscribe(
    'jobs',
    ({ data, key = '' }) => {
      if (data % 25 === 13) throw new RejectError('poison', { reason: 'poison' });
      say({ handled: data, key, at: performance.timeOrigin + performance.now() });
    },
    { concurrency: 10, backoff: constant(10), maxAttempts: 50 },
  );
say({ ready: true });
if (role === 'publish')
  for (let n = Number(first); ; n += 1) {
    await heart.publish('jobs', n, { key: `child-${n % 3}` });
    say({ published: n, key: `child-${n % 3}` });
  }
