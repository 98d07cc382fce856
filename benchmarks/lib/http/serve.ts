import { contenders } from './contenders.ts';
import { apps, type Scenario } from './workload.ts';

// The process of one contender: serves an app, or each it can for a look whether all answer the same, and tells on
// request how much CPU and memory that took.
const [, , name, app, folder = '.'] = process.argv;
const contender = contenders.find((one) => one.name === name);
const listen = async (one: Scenario['app']): Promise<number | undefined> =>
  contender?.lacks?.includes(one) === true ? undefined : await contender?.listen(one, folder);
process.on('message', (asked) => {
  if (asked === 'memory') {
    // Twice, as what the first releases may only then be garbage.
    for (let time = 0; time < 2; time += 1) (globalThis as { gc?: () => void }).gc?.();
    process.send?.({ pid: process.pid, memory: process.memoryUsage() });
    return;
  }
  // Nothing is collected here: that would be part of what is read next.
  const { user, system } = process.cpuUsage();
  process.send?.({ pid: process.pid, user, system });
});
process.on('disconnect', () => process.exit());
process.send?.(
  app === undefined || app === '(each)' ? await Promise.all(apps.map(listen)) : await listen(app as Scenario['app']),
);
