import { type Context, OptionError } from '@organism/cell';
import { WiringError } from '../errors.ts';
import type { Nerve } from './nerve.ts';
import type { NeuralNode } from '../neuron/neuron.ts';
import { type Axon, type Dendrite, Terminal } from '../neuron/port.ts';
import type { Synapse } from './synapse.ts';

/** Options of a swap. */
export interface SwapOptions {
  /** Milliseconds that reactions at work may take to end; then they are given up, and count as failed. Default 10 000. */
  readonly timeoutMs?: number;
  /** Whether a stateful neuron takes over the state. Default true. */
  readonly keepState?: boolean;
}

/** What a swap needs of its circuit. */
export interface SwapScope {
  readonly name: string;
  readonly nerve: Nerve;
  readonly context: Context;
  readonly neurons: Map<string, NeuralNode>;
  readonly synapses: readonly Synapse[];
  readonly retired: WeakSet<object>;
}

type Ports = Readonly<Record<string, { readonly shape: { readonly name: string; readonly version: number } }>>;

const checkPorts = (scope: SwapScope, old: NeuralNode, next: NeuralNode): void => {
  const refuse = (problem: string): never => {
    throw new WiringError('NERVOUS_BAD_SWAP', `"${old.name}" of "${scope.name}" can't be swapped: ${problem}.`);
  };
  if (next.name !== old.name) refuse(`the other neuron is named "${next.name}"`);
  if (next === old) refuse('it is the same neuron');
  for (const side of ['dendrites', 'axons'] as const) {
    const ports = next[side] as Ports;
    for (const [name, { shape }] of Object.entries(old[side] as Ports)) {
      const other = ports[name]?.shape;
      if (other === undefined) refuse(`the other neuron has no port "${name}"`);
      else if (other.name !== shape.name || other.version !== shape.version)
        refuse(
          `its port "${name}" carries ${shape.name} (version ${shape.version}), the other's ${other.name} (version ${other.version})`,
        );
    }
  }
};

const atMost = async (scope: SwapScope, ms: number, work: Promise<void>): Promise<void> => {
  const late = Promise.withResolvers<void>();
  const timer = scope.nerve.clock.setTimeout(() => late.resolve(), ms);
  await Promise.race([work, late.promise]);
  timer[Symbol.dispose]();
};

/** Puts a neuron in the place of another; see `NeuralCircuit.swap`. */
export const swap = async (scope: SwapScope, name: string, next: NeuralNode, options: SwapOptions): Promise<void> => {
  const { timeoutMs = 10_000, keepState = true } = options;
  if (!(timeoutMs >= 0)) throw new OptionError('timeoutMs', 'a number of milliseconds >= 0', timeoutMs);
  const old = scope.neurons.get(name);
  if (old === undefined)
    throw new WiringError('NERVOUS_UNKNOWN_PORT', `Circuit "${scope.name}" has no neuron "${name}".`);
  checkPorts(scope, old, next);
  next.join(scope.nerve);
  scope.nerve.begin();
  old.hold();
  try {
    await atMost(scope, timeoutMs, old.quiet());
    old.abandon();
    await next.start(scope.context);
  } catch (error) {
    old.release();
    scope.nerve.end();
    throw error;
  }
  if (keepState) next.adopt(old);
  // From here on nothing is awaited: everything leads to the one neuron, and a moment later to the other.
  const [axons, inputs] = [next.axons, next.dendrites] as unknown as [
    Record<string, Axon<unknown>>,
    Record<string, Dendrite<never>>,
  ];
  for (const [port, axon] of Object.entries<Axon<unknown>>(old.axons)) {
    const successor = axons[port];
    if (successor !== undefined) successor.terminal = axon.terminal;
    axon.terminal = new Terminal();
    scope.retired.add(axon);
  }
  for (const [port, dendrite] of Object.entries<Dendrite<never>>(old.dendrites)) {
    const successor = inputs[port];
    if (successor !== undefined) dendrite.forwardTo(successor);
    scope.retired.add(dendrite);
  }
  scope.neurons.set(name, next);
  for (const synapse of scope.synapses) synapse.follow(old, next);
  next.onBurst = old.onBurst;
  old.handOverTo(next);
  next.release();
  try {
    await old.stop();
  } finally {
    scope.nerve.end();
  }
};
