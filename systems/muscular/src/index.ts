export { type Composed, Muscle } from './muscle.ts';
export type {
  CommonOptions,
  InputOptions,
  MuscleOptions,
  OutputOptions,
  UncheckedOptions,
  Validation,
} from './options.ts';
export type { ExecuteOptions, Work } from './work.ts';
export { Musculature, type MusculatureOptions } from './musculature.ts';
export { type AllNeeds, compose, type NeedsOf, type Ready } from './compose.ts';
export { need, type Need, type NeedDeclarations, type NoNeeds, type TypedNeed } from './needs.ts';
export {
  type Fail,
  Fault,
  type FaultDeclaration,
  type FaultDeclarations,
  type FaultMap,
  type FaultOf,
  type NoFaults,
  type Result,
} from './fault.ts';
export type { OnceOptions } from './once.ts';
export type { Hooks } from './hooks.ts';
export type { Span, Tracer } from './tracer.ts';
export { type Composition, type GroupKind, type GroupOptions, MuscleGroup } from './group/muscle-group.ts';
export { sequence, type SequenceOptions } from './group/sequence.ts';
export { parallel, type ParallelOptions, type ParallelOutput } from './group/parallel.ts';
export { choose, type ChooseOptions, when, type WhenElseOptions, type WhenOptions } from './group/choose.ts';
export { race, type RaceOptions } from './group/race.ts';
export { mapOver, type MapOverOptions } from './group/map-over.ts';
export { transaction, type TransactionOptions, type UnitOfWork } from './group/transaction.ts';
export { Saga, saga, SagaBuilder, type SagaOptions } from './group/saga.ts';
export type { CompensatingMuscle, Compensation, SagaEvent, SagaListener, SagaStepOptions } from './group/saga-steps.ts';
export { type ParkedCompensation, type Parking, ParkingList } from './group/parking.ts';
export type {
  AnyMuscle,
  CommonFaults,
  CommonInput,
  FirstInput,
  Joined,
  LastOutput,
  MuscleFaults,
  MuscleInput,
  MuscleOutput,
  Together,
  WrongJoin,
} from './group/joins.ts';
export { MuscleMemory } from './memory/muscle-memory.ts';
export type { MemoiseOptions } from './memory/memoise.ts';
export type { Memory, Recall, Remembered } from './memory/memory.ts';
export { type BuiltInOptions, compute, type ComputeOptions } from './builtin/compute.ts';
export { map, type MapOptions } from './builtin/map.ts';
export { filter, type FilterOptions } from './builtin/filter.ts';
export { transform, type TransformOptions } from './builtin/transform.ts';
export { reduce, type ReduceOptions } from './builtin/reduce.ts';
export { aggregate, type AggregateOptions } from './builtin/aggregate.ts';
export { sort, type SortOptions } from './builtin/sort.ts';
export { collect, type Items, type ItemWork } from './builtin/items.ts';
export type { RunOn, TaskPool } from './builtin/pool.ts';
export { structuralKey } from './key.ts';
export {
  type MuscleNeuron,
  type MuscleNeuronOptions,
  onEvent,
  onRequest,
  type RequestHost,
  type RequestMaps,
  type RequestTendon,
  type Tendon,
  toNeuron,
} from './tendon.ts';
export { type Transition, type Transitioned, withState, type WithStateOptions } from './with-state.ts';
export {
  BadOutputError,
  CompensationError,
  InProgressError,
  KeyReusedError,
  NeedMissingError,
  RaceError,
  ResultNotKeptError,
  RollbackError,
} from './errors.ts';
export {
  type CoordinationOptions,
  type LaunchOptions,
  MuscleCoordination,
} from './coordination/muscle-coordination.ts';
export {
  type AnyWorkflow,
  type CompensationPolicy,
  type ShapedWorkflowOptions,
  type Workflow,
  workflow,
  type WorkflowOptions,
} from './durable/workflow.ts';
export type { Flow, InlineStep, Operation, SignalWait, StepOptions } from './durable/flow.ts';
export type { RunEvent, RunHandle, RunReport, RunSummary, SignalOptions } from './durable/run-handle.ts';
export { MemoryJournal, memoryJournal, type MemoryTransaction } from './durable/memory-journal.ts';
export type {
  AppendWrite,
  ClaimRequest,
  CreateWrite,
  Entry,
  EntryKind,
  FinishWrite,
  Journal,
  RunFilter,
  RunRecord,
  RunStatus,
  SignalRecord,
  Story,
  TransactionWrite,
  Write,
} from './durable/journal.ts';
export { checkMigration, type MigrationOptions, type MigrationReport } from './durable/migration.ts';
export type { Json } from './durable/json.ts';
export {
  DeterminismError,
  type Failure,
  FencedError,
  type JournalPlace,
  NotJsonError,
  RunError,
  RunStateError,
  StepError,
  StepUncertainError,
  UnknownRunError,
  UnknownWorkflowError,
} from './durable/errors.ts';
export {
  type AnyNode,
  type FittingNodes,
  Graph,
  graph,
  type GraphExecution,
  type GraphInput,
  type GraphNode,
  type GraphOptions,
  type GraphResults,
  node,
  type NodeOptions,
} from './coordination/graph.ts';
export type { FailurePolicy } from './coordination/graph-run.ts';
export { type CronTimes, cronTimes } from './coordination/cron.ts';
export {
  Schedule,
  scheduled,
  type ScheduledOptions,
  type ScheduledWorkflow,
  type ScheduleOptions,
  type ScheduleTimes,
  type Tick,
} from './coordination/schedule.ts';
export type { MissedPolicy } from './coordination/ticker.ts';
export { launchOn, type LaunchTrigger, signalOn, type SignalTrigger } from './coordination/triggers.ts';
export { GraphError, GraphShapeError, MachineError } from './coordination/errors.ts';
export { Machine, machine, type MachineStart } from './coordination/machine/machine.ts';
export { MachineActor } from './coordination/machine/actor.ts';
export type { MachineSnapshot, MachineStatus, MachineValue } from './coordination/machine/snapshot.ts';
export type {
  Action,
  EventOfType,
  Guard,
  MachineArgs,
  MachineConfig,
  MachineEvent,
  MachineImplementations,
  OneOrMore,
  StateConfig,
  TransitionConfig,
  TransitionsConfig,
} from './coordination/machine/config.ts';
