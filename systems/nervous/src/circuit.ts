import { type Anatomy, Cell, type CellOptions, type LifeEvent, type StopScope } from '@organism/cell';
import { type Failure, NotRunningError, reportToConsole, WiringError } from './errors.ts';
import type { NeuralNode, Nerve } from './neuron.ts';
import type { Axon, Dendrite } from './port.ts';
import { Synapse, type SynapseOptions } from './synapse.ts';
import type { Subscription, Topic } from './topic.ts';

/** Options of a {@link NeuralCircuit}. */
export interface CircuitOptions extends Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'> {
  /** Allow cycles; a value that goes round takes a turn of the event loop each time. Default false. */
  readonly recurrent?: boolean;
  /** Gets what neurons, filters and observers throw or reject with. Default: the console. */
  readonly onError?: (failure: Failure) => void;
}

interface Connection {
  readonly axon: Axon<unknown>;
  readonly dendrite: Dendrite<never>;
  readonly options: SynapseOptions<never, unknown>;
}

type AnyNeuron = Pick<NeuralNode, 'name' | 'axons' | 'dendrites' | 'counters' | 'join' | 'reset'>;

/** The rest parameter of connect: when the types differ, `map` must be there. */
export type ConnectOptions<From, To> = [From] extends [To]
  ? [options?: SynapseOptions<From, To>]
  : [options: SynapseOptions<From, To> & { readonly map: (value: From) => To }];

/**
 * Dataflow graph: neurons joined by synapses. Values flow at once and in order along synapses without delay. See
 * {@link ReflexNeuron} for an example.
 */
export class NeuralCircuit extends Cell {
  readonly #neurons = new Map<string, AnyNeuron>();
  readonly #connections: Connection[] = [];
  readonly #edges: { readonly from: string; readonly to: string; readonly label: string }[] = [];
  readonly #subscriptions: (() => Subscription)[] = [];
  readonly #recurrent: boolean;
  readonly #onError: (failure: Failure) => void;
  readonly #nerve: Nerve;
  #synapses: Synapse[] = [];
  #underWay = 0;
  #idle: PromiseWithResolvers<void> | undefined;
  #failures = 0;

  constructor(options: CircuitOptions) {
    super(options);
    this.#recurrent = options.recurrent === true;
    this.#onError = options.onError ?? reportToConsole;
    this.#nerve = {
      clock: {
        now: () => this.clock.now(),
        monotonic: () => this.clock.monotonic(),
        setTimeout: (run, ms) => this.clock.setTimeout(run, ms),
        setInterval: (run, ms) => this.clock.setInterval(run, ms),
      },
      fail: (failure) => this.#fail(failure),
      track: (work) => this.#track(work),
    };
  }

  #fail(failure: Failure): void {
    this.#failures += 1;
    try {
      this.#onError(failure);
    } catch (error) {
      reportToConsole({ source: 'onError', error, value: failure });
    }
  }

  #track(work: Promise<unknown>): void {
    this.#underWay += 1;
    const settle = (): void => {
      this.#underWay -= 1;
      if (this.#underWay > 0) return;
      this.#idle?.resolve();
      this.#idle = undefined;
    };
    work.then(settle, (error: unknown) => {
      this.#fail({ source: this.name, error, value: undefined });
      settle();
    });
  }

  /** Adds neurons. @throws {WiringError} `NERVOUS_NAME_TAKEN` when another has the name. */
  add(...neurons: readonly AnyNeuron[]): this {
    for (const neuron of neurons) {
      const known = this.#neurons.get(neuron.name);
      if (known !== undefined && known !== neuron)
        throw new WiringError('NERVOUS_NAME_TAKEN', `Two neurons of "${this.name}" are named "${neuron.name}".`);
      this.#neurons.set(neuron.name, neuron);
      neuron.join(this.#nerve);
    }
    return this;
  }

  /**
   * Joins an output to an input. Ports whose types differ need a `map`; the same is checked at start by their Bones.
   *
   * @throws {StateError} once the circuit runs: wiring is checked as a whole when it starts.
   */
  connect<From, To>(from: Axon<From>, to: Dendrite<To>, ...[options = {}]: ConnectOptions<From, To>): this {
    if (this.state === 'running')
      throw new WiringError('NERVOUS_BAD_SYNAPSE', `"${this.name}" is running: connect before it starts.`);
    this.#connections.push({
      axon: from,
      dendrite: to as unknown as Dendrite<never>,
      options: options as unknown as SynapseOptions<never, unknown>,
    });
    return this;
  }

  /** Feeds a topic of an event bus into an input while the circuit runs. */
  fromTopic<T>(topic: Topic<T>, to: Dendrite<T>): this {
    this.#edges.push({ from: 'bus', to: to.neuron, label: topic.name });
    this.#subscriptions.push(() => topic.on((value) => to.receive(value, 1)));
    return this;
  }

  /** Emits what an output fires to a topic of an event bus while the circuit runs. */
  toTopic<T>(from: Axon<T>, topic: Topic<T>): this {
    this.#edges.push({ from: from.neuron, to: 'bus', label: topic.name });
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
    this.#check(axon, 'axons');
    const unsubscribe = axon.link((value) => {
      try {
        listener(value);
      } catch (error) {
        this.#fail({ source: `observer of ${axon.neuron}.${axon.name}`, error, value });
      }
    });
    return { unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  /**
   * Gives an input a value from outside.
   *
   * @throws {NotRunningError} unless the circuit runs.
   */
  stimulate<T>(dendrite: Dendrite<T>, value: T): void {
    if (this.state !== 'running') throw new NotRunningError(`Circuit "${this.name}"`, 'take a value');
    dendrite.receive(value, 1);
  }

  /** Waits until nothing is under way: messages waiting, reactions running, values delayed. */
  drain(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  #check(port: { readonly neuron: string; readonly name: string }, side: 'axons' | 'dendrites'): void {
    const neuron = this.#neurons.get(port.neuron);
    const ports: Readonly<Record<string, unknown>> = neuron?.[side] ?? {};
    if (ports[port.name] === port) return;
    const problem =
      neuron === undefined
        ? `has no neuron "${port.neuron}": add it first`
        : `knows another port "${port.neuron}.${port.name}" than this one`;
    throw new WiringError('NERVOUS_UNKNOWN_PORT', `Circuit "${this.name}" ${problem}.`);
  }

  /** The connections that close a cycle; refuses them unless the circuit may be recurrent. */
  #cyclic(): Set<Connection> {
    const closing = new Set<Connection>();
    const state = new Map<string, 'open' | 'done'>();
    const visit = (name: string, path: readonly string[]): void => {
      state.set(name, 'open');
      for (const connection of this.#connections) {
        if (connection.axon.neuron !== name) continue;
        const next = connection.dendrite.neuron;
        if (state.get(next) === 'open') {
          const cycle = [...path.slice(path.indexOf(next)), next];
          if (!this.#recurrent)
            throw new WiringError(
              'NERVOUS_CYCLE',
              `Circuit "${this.name}" has a cycle: ${cycle.join(' → ')}. Allow it with recurrent: true.`,
            );
          closing.add(connection);
        } else if (state.get(next) === undefined) visit(next, [...path, next]);
      }
      state.set(name, 'done');
    };
    for (const name of this.#neurons.keys()) if (state.get(name) === undefined) visit(name, [name]);
    return closing;
  }

  protected override onStart(): void {
    for (const { axon, dendrite } of this.#connections) {
      this.#check(axon, 'axons');
      this.#check(dendrite, 'dendrites');
    }
    const closing = this.#cyclic();
    this.#synapses = [];
    try {
      for (const connection of this.#connections) {
        const { axon, dendrite, options } = connection;
        this.#synapses.push(new Synapse(axon, dendrite, options, this.#nerve, closing.has(connection)));
      }
    } catch (error) {
      for (const synapse of this.#synapses) synapse.cut();
      throw error;
    }
    this.#inputs = this.#subscriptions.map((subscribe) => subscribe());
  }

  #inputs: Subscription[] = [];

  protected override async onStop({ signal }: StopScope): Promise<void> {
    for (const input of this.#inputs.splice(0)) input.unsubscribe();
    const late = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.drain(), late]);
    for (const synapse of this.#synapses) synapse.cut();
  }

  /** Forgets the neurons' potentials and state. */
  reset(): void {
    for (const neuron of this.#neurons.values()) neuron.reset();
  }

  protected override onDescribe(): Partial<Anatomy> {
    const synapses = this.#synapses.map(({ from, to, shape, passed, filtered, weight }) => ({
      from,
      to,
      shape: { name: shape.name, version: shape.version },
      counters: { passed, filtered, weight },
    }));
    return {
      children: [...this.#neurons.values()].map((neuron) => ({
        name: neuron.name,
        kind: neuron.constructor.name,
        state: this.state,
        needs: [],
        ports: [
          ...Object.values<Dendrite<never>>(neuron.dendrites).map(({ name, shape }) => ({
            name,
            direction: 'in' as const,
            shape: { name: shape.name, version: shape.version },
          })),
          ...Object.values<Axon<unknown>>(neuron.axons).map(({ name, shape }) => ({
            name,
            direction: 'out' as const,
            shape: { name: shape.name, version: shape.version },
          })),
        ],
        edges: [],
        counters: neuron.counters,
        children: [],
      })),
      edges: [...synapses, ...this.#edges],
      counters: { underWay: this.#underWay, failures: this.#failures },
    };
  }
}
