export { Organism, type OrganismOptions } from './organism.ts';
export { Cell, type CellOptions, type LifeEvent, type StartScope, type StopOptions, type StopScope } from './cell.ts';
export type { Release } from './release.ts';
export { type Health, type HealthStatus, worstStatus } from './health.ts';
export { Context, type ContextOptions, type Principal } from './context.ts';
export { contextFromHeaders, contextToHeaders, type HeaderOptions, type HeaderSource } from './headers.ts';
export { childTrace, formatTraceparent, newTrace, parseTraceparent, type TraceContext } from './trace.ts';
export { type Clock, sleep, systemClock, type Timer } from './clock.ts';
export { type Entropy, systemEntropy } from './entropy.ts';
export {
  CancelledError,
  CompositionError,
  DeadlineError,
  OptionError,
  OrganismError,
  type OrganismErrorOptions,
  type ProblemDetails,
  StartError,
  StateError,
  StopError,
  toOrganismError,
} from './errors.ts';
export { messageOf, typeName } from './type-name.ts';
export {
  type Anatomy,
  type AnatomyGraph,
  type CellState,
  type Edge,
  type GraphEdge,
  type GraphNode,
  type Port,
  type ShapeReference,
  toGraph,
  toMermaid,
} from './anatomy.ts';
