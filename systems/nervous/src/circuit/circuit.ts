import {
  type Anatomy,
  Cell,
  type CellOptions,
  Context,
  type Health,
  type LifeEvent,
  type StartScope,
  type StopScope,
  worstStatus,
} from '@organism/cell';
import { describeCircuit, type Drawing, draw } from './drawing.ts';
import { type Failure, NotRunningError, reportToConsole, WiringError } from '../errors.ts';
import type { Microglia } from '../glia/microglia.ts';
import { type InnerAxons, type InnerDendrites, NestedCircuit } from './nested-circuit.ts';
import { Nerve } from './nerve.ts';
import type { NeuralNode } from '../neuron/neuron.ts';
import type { Neuroplasticity } from '../plasticity/neuroplasticity.ts';
import type { Axon, Dendrite } from '../neuron/port.ts';
import { type SwapOptions, swap } from './swap.ts';
import type { SynapseOptions } from './synapse.ts';
import type { Subscription, Topic } from '../bus/topic.ts';
import { type AnyNeuron, type ConnectOptions, type Wires, Wiring } from './wiring.ts';

/** Options of a {@link NeuralCircuit}. */
export interface CircuitOptions extends Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'> {
  /** Allow cycles; a value that goes round takes a turn of the event loop each time. Default false. */
  readonly recurrent?: boolean;
  /** Restarts neurons that fail. Default: a failure is reported, and the neuron goes on with the next message. */
  readonly supervisor?: Microglia;
  /** Gets what neurons, filters and observers throw or reject with. Default: the outer circuit, or the console. */
  readonly onError?: (failure: Failure) => void;
  /** Compile connections that lead straight to stateless neurons into direct calls. Default true. */
  readonly myelinate?: boolean;
}

/** How a value is given to a circuit. */
export interface StimulusOptions {
  /** Goes along with the value and all that follows from it. Default: the ambient one, on servers. */
  readonly context?: Context;
}

/**
 * Dataflow graph: neurons joined by synapses. Values flow at once and in order along synapses without delay. See
 * {@link ReflexNeuron} for an example.
 */
export class NeuralCircuit extends Cell {
  readonly #wiring: Wiring;
  readonly #subscriptions: (() => Subscription)[] = [];
  readonly #options: CircuitOptions;
  readonly #nerve: Nerve;
  #outer: Nerve | undefined;
  #wires: Wires = { synapses: [], cut: () => {} };
  #inputs: Subscription[] = [];
  #changes: Promise<unknown> = Promise.resolve();
  #paused = false;
  #escalated = false;

  constructor(options: CircuitOptions) {
    super(options);
    this.#options = options;
    this.#wiring = new Wiring({ name: options.name, recurrent: options.recurrent === true });
    this.#nerve = new Nerve({
      clock: () => this.clock,
      onError: (failure) => {
        if (options.onError !== undefined) options.onError(failure);
        else if (this.#outer !== undefined) this.#outer.fail({ ...failure, source: `${this.name}/${failure.source}` });
        else reportToConsole(failure);
      },
      outer: () => this.#outer,
    });
    this.#nerve.supervision = options.supervisor;
  }

  /**
   * Adds neurons.
   *
   * @throws {WiringError} `NERVOUS_NAME_TAKEN` when another has the name, `NERVOUS_NEURON_TAKEN` when it is part of another
   *   circuit that runs, `NERVOUS_BAD_SYNAPSE` once this circuit runs.
   */
  add(...neurons: readonly AnyNeuron[]): this {
    this.#mustRest('add a neuron');
    for (const neuron of neurons as readonly NeuralNode[]) this.#wiring.add(neuron, this.#nerve);
    return this;
  }

  #mustRest(what: string): void {
    if (this.state === 'running' || this.state === 'starting')
      throw new WiringError('NERVOUS_BAD_SYNAPSE', `Can't ${what}: "${this.name}" is ${this.state}.`);
  }

  /**
   * Joins an output to an input. Ports whose types differ need a `map`; the same is checked at start by their Bones.
   *
   * @throws {WiringError} once the circuit runs: wiring is checked as a whole when it starts.
   */
  connect<From, To>(from: Axon<From>, to: Dendrite<To>, ...[options = {}]: ConnectOptions<From, To>): this {
    this.#mustRest('connect');
    this.#wiring.connect(from, to as unknown as Dendrite<never>, options as unknown as SynapseOptions<never, unknown>);
    return this;
  }

  /**
   * Leads each value of an output to one of several inputs: the one that a router has learned to answer well. Give it
   * a router of your own, whose targets are the neurons' names, to set how it learns, or to look into it.
   *
   * @throws {OptionError} unless the inputs are of at least two neurons, each once, and the router knows just these.
   */
  route<T>(from: Axon<T>, to: readonly Dendrite<T>[], options: { readonly via?: Neuroplasticity } = {}): this {
    this.#mustRest('connect');
    this.#wiring.route(from, to as unknown as readonly Dendrite<never>[], options.via);
    return this;
  }

  /**
   * Makes neurons rivals: each that fires takes `strength` off the others' potentials for the same key (plain reading:
   * of several detectors the strongest answers).
   *
   * @throws {WiringError} `NERVOUS_BAD_SYNAPSE` for a neuron without a membrane.
   */
  lateralInhibition(neurons: readonly AnyNeuron[], options: { readonly strength?: number } = {}): this {
    this.#mustRest('inhibit');
    this.#wiring.inhibit(neurons as readonly NeuralNode[], options.strength ?? 1);
    return this;
  }

  /** Feeds a topic of an event bus into an input while the circuit runs; its publishers feel the circuit's pressure. */
  fromTopic<T>(topic: Topic<T>, to: Dendrite<T>): this {
    this.#wiring.edges.push({ from: 'bus', to: to.neuron, label: topic.name });
    this.#subscriptions.push(() => topic.on((value) => to.receive(value, 1)));
    return this;
  }

  /** Emits what an output fires to a topic of an event bus while the circuit runs. */
  toTopic<T>(from: Axon<T>, topic: Topic<T>): this {
    this.#wiring.edges.push({ from: from.neuron, to: 'bus', label: topic.name });
    this.#subscriptions.push(() => this.observe(from, (value) => topic.emit(value)));
    return this;
  }

  /** Calls `listener` for each value that an output fires, or for each change in the circuit's life, until disposed. */
  override observe(listener: (event: LifeEvent) => void): Disposable;
  override observe<T>(axon: Axon<T>, listener: (value: T) => unknown): Subscription;
  override observe<T>(
    axon: Axon<T> | ((event: LifeEvent) => void),
    listener: (value: T) => unknown = () => {},
  ): Subscription | Disposable {
    if (typeof axon === 'function') return super.observe(axon);
    this.#wiring.check(axon, 'axons');
    const unsubscribe = this.#wiring.present(axon).terminal.link((value) => {
      try {
        listener(value);
      } catch (error) {
        this.#nerve.fail({ source: `observer of ${axon.neuron}.${axon.name}`, error, value });
      }
    });
    return { unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  /**
   * Gives an input a value from outside, at once. Where there is no room for it, it waits; where too many wait already,
   * it is refused, and reported.
   *
   * @throws {NotRunningError} unless the circuit runs.
   * @throws {WiringError} `NERVOUS_UNKNOWN_PORT` when the input belongs to none of its neurons.
   */
  stimulate<T>(dendrite: Dendrite<T>, value: T, options?: StimulusOptions): void {
    if (options === undefined && this.state === 'running' && dendrite.isOf(this.#nerve))
      void dendrite.receive(value, 1);
    else void this.#give(dendrite, value, options);
  }

  /** Gives an input a value from outside, and waits until there is room for it. @throws as {@link stimulate} */
  async send<T>(dendrite: Dendrite<T>, value: T, options?: StimulusOptions): Promise<void> {
    await this.#give(dendrite, value, options);
  }

  #give<T>(dendrite: Dendrite<T>, value: T, options: StimulusOptions | undefined): Promise<void> | undefined {
    if (this.state !== 'running') throw new NotRunningError(`Circuit "${this.name}"`, 'take a value');
    if (!dendrite.isOf(this.#nerve)) this.#wiring.check(dendrite, 'dendrites');
    if (options?.context === undefined) return dendrite.receive(value, 1);
    return this.#nerve.within(options.context, () => dendrite.receive(value, 1));
  }

  /** Waits until nothing is under way: messages waiting, reactions running, values delayed, neurons restarting. */
  drain(): Promise<void> {
    return this.#nerve.idle();
  }

  /** Stops taking messages, and waits until the reactions at work have ended. What comes waits for {@link resume}. */
  async pause(): Promise<void> {
    if (this.state !== 'running') throw new NotRunningError(`Circuit "${this.name}"`, 'pause');
    if (!this.#paused) this.holdAll();
    this.#paused = true;
    await this.quiet();
  }

  /** Takes messages again, those that waited first. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.releaseAll();
  }

  /** Holds every neuron. For an outer circuit. */
  holdAll(): void {
    for (const neuron of this.#wiring.neurons.values()) neuron.hold();
  }

  /** Releases every neuron, the last added first, so that there is room for what the others fire. For an outer circuit. */
  releaseAll(): void {
    for (const neuron of [...this.#wiring.neurons.values()].toReversed()) neuron.release();
  }

  /** Waits until no reaction is at work. For an outer circuit. */
  async quiet(): Promise<void> {
    await Promise.all(Array.from(this.#wiring.neurons.values(), (neuron) => neuron.quiet()));
  }

  /**
   * Puts another neuron of the same name and ports in the place of one while messages flow: none is lost, and none
   * overtakes another of the same sender. A stateful neuron takes over the state of the one before, unless told otherwise.
   * When the new one does not start, the old one goes on.
   *
   * @throws {WiringError} `NERVOUS_BAD_SWAP` when the ports don't fit.
   */
  swap<N extends AnyNeuron>(neuron: N, next: NoInfer<N>, options: SwapOptions = {}): Promise<void> {
    return this.#exclusive(() => {
      if (this.state !== 'running') throw new NotRunningError(`Circuit "${this.name}"`, 'swap a neuron');
      return swap(
        {
          name: this.name,
          nerve: this.#nerve,
          context: new Context({ clock: this.clock, entropy: this.entropy }),
          neurons: this.#wiring.neurons,
          synapses: this.#wires.synapses,
          retired: this.#wiring.retired,
        },
        neuron.name,
        next as unknown as NeuralNode,
        options,
      );
    });
  }

  #exclusive<T>(work: () => Promise<T> | T): Promise<T> {
    const result = this.#changes.then(work);
    this.#changes = result.catch(() => {});
    return result;
  }

  /** This circuit as a neuron of another, with some of its neurons' ports as its own. */
  asNeuron<const D extends InnerDendrites, const A extends InnerAxons = Readonly<Record<never, never>>>(ports: {
    readonly dendrites: D;
    readonly axons?: A;
  }): NestedCircuit<D, A> {
    for (const dendrite of Object.values(ports.dendrites)) this.#wiring.check(dendrite, 'dendrites');
    for (const axon of Object.values(ports.axons ?? {})) this.#wiring.check(axon, 'axons');
    const nest = (outer: Nerve | undefined): void => void (this.#outer = outer);
    return new NestedCircuit({ circuit: this, nerve: this.#nerve, nest }, ports.dendrites, ports.axons ?? ({} as A));
  }

  protected override async onStart({ context, defer }: StartScope): Promise<void> {
    const { myelinate = true, supervisor } = this.#options;
    this.#paused = this.#escalated = this.#nerve.live = false;
    this.#wires = this.#wiring.build(this.#nerve, { clock: this.clock, entropy: this.entropy }, myelinate);
    defer(() => {
      this.#wires.cut();
      this.#nerve.live = false;
    });
    if (supervisor !== undefined) {
      supervisor.attach({
        name: this.name,
        clock: this.clock,
        neurons: () => [...this.#wiring.neurons.values()],
        begin: () => this.#nerve.begin(),
        end: () => this.#nerve.end(),
        exclusive: (work) => this.#exclusive(work),
        escalate: (error) => {
          this.#escalated = true;
          this.fail(error);
        },
      });
      defer(() => supervisor.detach());
    }
    for (const neuron of this.#wiring.neurons.values()) {
      defer(() => this.#wiring.neurons.get(neuron.name)?.stop());
      await neuron.start(context);
    }
    this.#nerve.live = true;
    for (const neuron of this.#wiring.neurons.values()) neuron.open();
    this.#inputs = this.#subscriptions.map((subscribe) => subscribe());
  }

  protected override async onStop({ signal }: StopScope): Promise<void> {
    for (const input of this.#inputs.splice(0)) input.unsubscribe();
    this.resume();
    if (!this.#escalated) {
      const late = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => late.resolve(), { once: true });
      await Promise.race([this.drain(), late.promise]);
    }
    this.#options.supervisor?.halt();
    this.holdAll();
    for (const neuron of this.#wiring.neurons.values()) {
      neuron.abandon();
      neuron.reject();
    }
  }

  protected override async onHealth(): Promise<Health> {
    const { supervisor } = this.#options;
    const checks: Record<string, Health> = {};
    for (const neuron of this.#wiring.neurons.values()) if (neuron.isAlive) checks[neuron.name] = await neuron.health();
    const worst = worstStatus(Object.values(checks).map(({ status }) => status));
    const restarts = supervisor?.restarts ?? 0;
    if (restarts === 0) return { status: worst, checks };
    return { status: worst === 'pass' ? 'warn' : worst, output: `neurons were restarted lately: ${restarts}`, checks };
  }

  /** Forgets the neurons' potentials and state. */
  reset(): void {
    for (const neuron of this.#wiring.neurons.values()) neuron.reset();
  }

  /** The circuit with its live counters, as text: a Mermaid flowchart, a Graphviz digraph, or JSON. */
  draw(format: Drawing = 'mermaid'): string {
    return draw(this.describe(), format);
  }

  protected override onDescribe(): Partial<Anatomy> {
    return describeCircuit({
      state: this.state,
      neurons: [...this.#wiring.neurons.values()],
      synapses: this.#wires.synapses,
      edges: this.#wiring.edges,
      counters: { underWay: this.#nerve.underWay, failures: this.#nerve.failures },
    });
  }
}
