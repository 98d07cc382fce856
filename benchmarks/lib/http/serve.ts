import { contenders } from './contenders.ts';
import type { Scenario } from './workload.ts';

// The process of one contender: serves, and tells on request how much CPU and memory that took.
const [, , name, app, folder = '.'] = process.argv;
const contender = contenders.find((one) => one.name === name);
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  (globalThis as { gc?: () => void }).gc?.();
  process.send?.({ pid: process.pid, cpu: user + system, rss: process.memoryUsage().rss });
});
process.on('disconnect', () => process.exit());
process.send?.(await contender?.listen(app as Scenario['app'], folder));
