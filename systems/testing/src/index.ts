export { type Scenario, simulate, type SimulateOptions, type Simulation } from './simulate.ts';
export type { World } from './world.ts';
export { type Faults, type Faulty, type FaultyPort } from './faults.ts';
export type { FaultKind, FaultPlan, PortPlan, Span } from './fault-plan.ts';
export type { Process, ProcessOptions } from './process.ts';
export type { Actor, Step } from './actors.ts';
export type { ArrivalOptions, Outcomes, Send } from './load.ts';
export { forAllSeeds, type SeedOptions, type SeedReport } from './for-all-seeds.ts';
export { formatTrace, type TraceEntry } from './trace.ts';
export {
  defaultEpoch,
  type DurationLimit,
  type RunLimit,
  VirtualClock,
  type VirtualClockOptions,
} from './virtual-clock.ts';
export type { ChildClock } from './child-clock.ts';
export type { PendingTimer } from './pending-timer.ts';
export { SeededEntropy } from './seeded-entropy.ts';
export { Chance } from './chance.ts';
export { type BuildOptions, valueOf, valuesOf } from './values/valid.ts';
export { type InvalidValue, invalidValuesOf } from './values/invalid.ts';
export type { Overrides } from './values/builder.ts';
export type { JsonSchema, Shape } from './values/shape.ts';
export { formatPath, type Path } from './values/path.ts';
export {
  ClockRunawayError,
  DeadlockError,
  ForeignClockError,
  InjectedFault,
  NotDeterministicError,
  ProcessCrashedError,
  SimulationError,
  type SimulationFailure,
  TimersLeakedError,
  UnsupportedSchemaError,
} from './errors.ts';
