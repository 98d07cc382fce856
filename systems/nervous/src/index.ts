export { EventBus } from './bus/event-bus.ts';
export type { EventBusOptions, EventTendon } from './bus/bus-options.ts';
export type { HeardValue, TopicKey, TopicPattern, TopicValue } from './bus/topic-key.ts';
export { Topic } from './bus/topic.ts';
export type { TopicHost } from './bus/topic-host.ts';
export type { Listener, ListenOptions, Subscription, TopicInfo } from './bus/listener.ts';
export { EventStream, type OverflowPolicy, type StreamOptions, type StreamSource } from './bus/stream.ts';
export type { WaitOptions } from './bus/wait-for.ts';
export {
  type AnswerOf,
  type QuestionOf,
  type RequestKey,
  type RequestReply,
  requestReply,
  type RequestShape,
} from './bus/request-shape.ts';
export type { Responder } from './bus/responders.ts';
export type { CallOptions, PublishOptions } from './bus/call-context.ts';
export type { BusEvent, Middleware } from './bus/middleware.ts';
export type { OrderedOptions } from './bus/keyed-queue.ts';
export type { Leak } from './bus/leaks.ts';
export {
  fromObservable,
  type InteropObservable,
  type ObservableLike,
  type ObserverLike,
  toObservable,
} from './bus/interop.ts';
export { type EmitterLike, fromEmitter, fromEventTarget, toEmitter, toEventTarget } from './bus/interop-events.ts';
export type { BridgeOptions, EventOptions, MapOptions } from './bus/bridge.ts';
export { type Shape, typed } from './shape.ts';
export { compilePattern } from './bus/wildcard.ts';
export {
  type Failure,
  NoResponderError,
  NotRunningError,
  OverflowError,
  ReactionTimeoutError,
  ResponderTakenError,
  UndeliveredError,
  WiringError,
} from './errors.ts';
export { type CircuitOptions, NeuralCircuit, type StimulusOptions } from './circuit/circuit.ts';
export type { ConnectOptions } from './circuit/wiring.ts';
export type { SwapOptions } from './circuit/swap.ts';
export { type Drawing, toDot } from './circuit/drawing.ts';
export {
  type Inner,
  type InnerAxons,
  type InnerDendrites,
  NestedCircuit,
  type ShapesOfAxons,
  type ShapesOfDendrites,
} from './circuit/nested-circuit.ts';
export { ReflexNeuron, type Reflexes, type ReflexOptions } from './neuron/reflex-neuron.ts';
export { CorticalNeuron, type CorticalOptions, type CorticalReactions } from './neuron/cortical-neuron.ts';
export { Soma } from './neuron/soma.ts';
export { type Persistence, SnapshotError } from './neuron/snapshots.ts';
export { NeuralNode, type NeuronOptions } from './neuron/neuron.ts';
export { Intake } from './neuron/intake.ts';
export type { MailboxOptions, Message } from './neuron/mailbox.ts';
export { Nerve, type NerveOptions, type Supervision } from './circuit/nerve.ts';
export { Microglia } from './glia/microglia.ts';
export {
  EscalationError,
  type MicrogliaEvent,
  type MicrogliaOptions,
  type QuarantinedMessage,
  type RestartStrategy,
  UnhealthyError,
  type Ward,
} from './glia/supervision.ts';
export { type Burst, Membrane, type MembraneOptions } from './neuron/membrane.ts';
export {
  Axon,
  type Axons,
  Dendrite,
  type Dendrites,
  type PortShapes,
  type Pressed,
  type Receiver,
  type Settled,
  type Target,
  Terminal,
  type ValueOf,
} from './neuron/port.ts';
export { type Conduction, Synapse, type SynapseKind, type SynapseOptions } from './circuit/synapse.ts';
export type { StateStore, Stored, WriteCondition } from './store.ts';
export { Astrocyte } from './glia/astrocyte/astrocyte.ts';
export type { AstrocyteOptions, SetOptions, UpdateOptions, Updater } from './glia/astrocyte/options.ts';
export { StateSpace } from './glia/astrocyte/space.ts';
export { MemoryState, type MemoryStateOptions } from './glia/astrocyte/memory.ts';
export type { StateChange, StateWatcher, WatchTarget } from './glia/astrocyte/watchers.ts';
export type { Changed, ChangeOrder, Gone, MaybePromise, StateDriver, StateRow } from './glia/astrocyte/driver.ts';
export { StateDriverError, StateShapeError, StateValueError, VersionConflictError } from './glia/astrocyte/errors.ts';
export { Neuroplasticity, type RouteInfo } from './plasticity/neuroplasticity.ts';
export { RoutingError } from './plasticity/errors.ts';
export type { PlasticityOptions } from './plasticity/options.ts';
export type { Outcome, Path } from './plasticity/path.ts';
export type { RouteChange } from './plasticity/table.ts';
export type { PathwaySnapshot, PlasticitySnapshot } from './plasticity/snapshot.ts';
export { Ependymal } from './glia/ependymal.ts';
export type {
  AcquireOptions,
  EpendymalOptions,
  Freed,
  GateLimits,
  Owner,
  ResourceScope,
} from './glia/ependymal-options.ts';
export type { Lease, LeaseEnd } from './glia/ependymal-lease.ts';
export {
  AdmissionError,
  LeaseEndedError,
  type LeaseInfo,
  LeaseLeakError,
  LeasesHeldError,
  ResourceError,
} from './glia/ependymal-errors.ts';
