export { defaultEpoch, type RunLimit, VirtualClock, type VirtualClockOptions } from './virtual-clock.ts';
export type { PendingTimer } from './pending-timer.ts';
export { SeededEntropy } from './seeded-entropy.ts';
export { ClockRunawayError } from './errors.ts';
