export { EventBus, type EventBusOptions, type EventTendon, type TopicPattern } from './event-bus.ts';
export { type Listener, type Subscription, Topic, type TopicInfo } from './topic.ts';
export { EventStream, type OverflowPolicy, type StreamOptions } from './stream.ts';
export { type Shape, typed } from './shape.ts';
export { compilePattern } from './wildcard.ts';
export { type Failure, NotRunningError, OverflowError, WiringError } from './errors.ts';
export { type CircuitOptions, type ConnectOptions, NeuralCircuit } from './circuit.ts';
export { ReflexNeuron, type Reflexes, type ReflexOptions } from './reflex-neuron.ts';
export { CorticalNeuron, type CorticalOptions, type CorticalReactions, type Soma } from './cortical-neuron.ts';
export { NeuralNode, type Nerve, type NeuronOptions } from './neuron.ts';
export { type Burst, Membrane, type MembraneOptions } from './membrane.ts';
export {
  Axon,
  type Axons,
  type Dendrite,
  type Dendrites,
  type PortShapes,
  type Receive,
  type ValueOf,
} from './port.ts';
export { Synapse, type SynapseOptions } from './synapse.ts';
