import { OptionError } from '@organism/cell';
import { closingConnections } from './cycles.ts';
import { WiringError } from '../errors.ts';
import type { Nerve } from './nerve.ts';
import type { NeuralNode } from '../neuron/neuron.ts';
import type { Neuroplasticity } from '../plasticity/neuroplasticity.ts';
import type { Axon, Dendrite } from '../neuron/port.ts';
import { linkRoute } from './router.ts';
import { Synapse, type SynapseOptions } from './synapse.ts';

/** A connection as it was declared; it becomes a synapse when its circuit starts. */
export interface Connection {
  readonly axon: Axon<unknown>;
  readonly dendrite: Dendrite<never>;
  readonly options: SynapseOptions<never, unknown>;
  /** Set when it is one of several that a router chooses from. */
  readonly route?: Route;
}

/** An output that leads to one of several inputs at a time. */
export interface Route {
  readonly axon: Axon<unknown>;
  readonly via: Neuroplasticity | undefined;
}

/** The rest parameter of connect: when the types differ, `map` must be there. */
export type ConnectOptions<From, To> = [From] extends [To]
  ? [options?: SynapseOptions<From, To>]
  : [options: SynapseOptions<From, To> & { readonly map: (value: From) => To }];

/** A neuron of any ports. */
export type AnyNeuron = Pick<NeuralNode, 'name'> & { readonly dendrites: object; readonly axons: object };

/** What connects a circuit's neurons while it runs. */
export interface Wires {
  readonly synapses: readonly Synapse[];
  /** Takes all connections away. */
  cut(): void;
}

/** A circuit's neurons, and how they are to be connected. */
export class Wiring {
  readonly neurons: Map<string, NeuralNode> = new Map();
  /** Connections that are not synapses, for the anatomy. */
  readonly edges: { readonly from: string; readonly to: string; readonly label: string }[] = [];
  /** Ports of neurons that were swapped: they stand for those of the neuron that took the place. */
  readonly retired: WeakSet<object> = new WeakSet();
  readonly #circuit: { readonly name: string; readonly recurrent: boolean };
  readonly #connections: Connection[] = [];

  constructor(circuit: { readonly name: string; readonly recurrent: boolean }) {
    this.#circuit = circuit;
  }

  /** Adds a neuron. @throws {WiringError} when another has the name, or it is part of another circuit that runs. */
  add(neuron: NeuralNode, nerve: Nerve): void {
    const known = this.neurons.get(neuron.name);
    if (known !== undefined && known !== neuron)
      throw new WiringError('NERVOUS_NAME_TAKEN', `Two neurons of "${this.#circuit.name}" are named "${neuron.name}".`);
    neuron.join(nerve);
    this.neurons.set(neuron.name, neuron);
  }

  /** Declares a connection. */
  connect(axon: Axon<unknown>, dendrite: Dendrite<never>, options: SynapseOptions<never, unknown>): void {
    this.#connections.push({ axon, dendrite, options });
  }

  /** Declares connections that a router chooses from. @throws {OptionError} when they don't fit the router. */
  route(axon: Axon<unknown>, dendrites: readonly Dendrite<never>[], via: Neuroplasticity | undefined): void {
    const names = new Set(dendrites.map(({ neuron }) => neuron));
    if (dendrites.length < 2 || names.size < dendrites.length)
      throw new OptionError('to', 'inputs of at least two neurons, each once', dendrites);
    const known = via?.routes.map(({ target }) => target) ?? [...names];
    if (known.length !== names.size || known.some((name) => !names.has(name)))
      throw new OptionError('via', `a router with the targets ${[...names].join(', ')}`, via);
    const route: Route = { axon, via };
    for (const dendrite of dendrites) this.#connections.push({ axon, dendrite, options: {}, route });
  }

  /** Makes neurons rivals. @throws {WiringError} for one without a membrane. */
  inhibit(rivals: readonly NeuralNode[], strength: number): void {
    for (const neuron of rivals) {
      if (!neuron.hasMembrane)
        throw new WiringError('NERVOUS_BAD_SYNAPSE', `"${neuron.name}" has no membrane: it can't be held back.`);
      const others = rivals.filter((rival) => rival !== neuron).map(({ name }) => name);
      neuron.onBurst = (key) => {
        for (const name of others) this.neurons.get(name)?.inhibit(key, strength);
      };
      for (const name of others) this.edges.push({ from: neuron.name, to: name, label: 'inhibits' });
    }
  }

  /** Makes sure that a port is one of its neurons'. @throws {WiringError} `NERVOUS_UNKNOWN_PORT` */
  check(port: { readonly neuron: string; readonly name: string }, side: 'axons' | 'dendrites'): void {
    const neuron = this.neurons.get(port.neuron);
    const ports: Readonly<Record<string, unknown>> = neuron?.[side] ?? {};
    if (ports[port.name] === port || this.retired.has(port)) return;
    const problem =
      neuron === undefined
        ? `has no neuron "${port.neuron}": add it first`
        : `knows another port "${port.neuron}.${port.name}" than this one`;
    throw new WiringError('NERVOUS_UNKNOWN_PORT', `Circuit "${this.#circuit.name}" ${problem}.`);
  }

  /** The port that stands in for one of a neuron that was swapped. */
  present<T>(axon: Axon<T>): Axon<T> {
    const axons = this.neurons.get(axon.neuron)?.axons as Readonly<Record<string, Axon<T>>> | undefined;
    return axons?.[axon.name] ?? axon;
  }

  /**
   * Connects everything. Nothing stays connected when something does not fit.
   *
   * @throws {WiringError} naming what does not fit; {@link OptionError} naming the option of a synapse.
   */
  build(nerve: Nerve, world: Parameters<typeof linkRoute>[2], myelinated: boolean): Wires {
    for (const { axon, dendrite } of this.#connections) {
      this.check(axon, 'axons');
      this.check(dendrite, 'dendrites');
    }
    const closing = closingConnections(this.#circuit, this.neurons.keys(), this.#connections);
    const synapses: Synapse[] = [];
    const routes = new Map<Route, Synapse[]>();
    const unlinks: (() => void)[] = [];
    const cut = (): void => {
      for (const unlink of unlinks) unlink();
      for (const synapse of synapses) synapse.cut();
    };
    try {
      for (const connection of this.#connections) {
        const { axon, dendrite, options, route } = connection;
        const receiver = this.neurons.get(dendrite.neuron) as NeuralNode;
        const conduction = { closing: closing.has(connection), myelinated, routed: route !== undefined };
        const synapse = new Synapse(this.present(axon), dendrite, receiver, options, nerve, conduction);
        synapses.push(synapse);
        if (route !== undefined) routes.set(route, [...(routes.get(route) ?? []), synapse]);
      }
      for (const [{ axon, via }, choices] of routes)
        unlinks.push(linkRoute({ axon: this.present(axon), via }, choices, world));
    } catch (error) {
      cut();
      throw error;
    }
    return { synapses, cut };
  }
}
