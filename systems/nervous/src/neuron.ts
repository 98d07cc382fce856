import { type Clock, OptionError, systemClock } from '@organism/cell';
import { type Failure, reportToConsole } from './errors.ts';
import { type Burst, Membrane, type MembraneOptions } from './membrane.ts';
import { Axon, type Axons, type Dendrite, type Dendrites, type PortShapes, type ValueOf } from './port.ts';
import type { Shape } from './shape.ts';

/** What a circuit lends its neurons. */
export interface Nerve {
  readonly clock: Clock;
  fail(failure: Failure): void;
  /** Work that is under way until the promise settles; draining waits for it. */
  track(work: Promise<unknown>): void;
}

/** What every neuron is made of. */
export interface NeuronOptions<In extends PortShapes, Out extends PortShapes> {
  /** Unique within its circuit. */
  readonly name: string;
  /** Inputs, by name. */
  readonly dendrites: In;
  /** Outputs, by name. */
  readonly axons?: Out;
  /** Adds up what comes in over all inputs, and reacts only when a threshold is reached. Default: reacts to each value. */
  readonly membrane?: MembraneOptions<ValueOf<In[keyof In]>>;
}

/**
 * Node of a dataflow graph: named, typed inputs (dendrites) and outputs (axons). See {@link ReflexNeuron} and
 * {@link CorticalNeuron}. Small on purpose: circuits have thousands.
 */
export abstract class NeuralNode<In extends PortShapes = PortShapes, Out extends PortShapes = PortShapes> {
  readonly name: string;
  readonly dendrites: Dendrites<In>;
  readonly axons: Axons<Out>;
  /** How many values were received, and how many made the neuron fail. */
  received: number = 0;
  failed: number = 0;
  protected nerve: Nerve = { clock: systemClock, fail: reportToConsole, track: () => {} };
  readonly #membrane: Membrane<ValueOf<In[keyof In]>> | undefined;

  constructor(options: NeuronOptions<In, Out>) {
    if (typeof options.name !== 'string' || options.name === '')
      throw new OptionError('name', 'a non-empty string', options.name);
    this.name = options.name;
    this.#membrane = options.membrane && new Membrane(options.membrane);
    const dendrites: Record<string, Dendrite<never>> = {};
    for (const [port, shape] of Object.entries(options.dendrites)) {
      dendrites[port] = {
        neuron: options.name,
        name: port,
        shape,
        receive: (value, weight) => this.#receive(port, value, weight),
      };
    }
    const axons: Record<string, Axon<unknown>> = {};
    for (const [port, shape] of Object.entries(options.axons ?? {}))
      axons[port] = new Axon(options.name, port, shape as Shape<unknown>);
    this.dendrites = dendrites as Dendrites<In>;
    this.axons = axons as unknown as Axons<Out>;
  }

  #receive(port: string, value: never, weight: number): void {
    this.received += 1;
    if (this.#membrane === undefined) {
      // Without a threshold there is nothing to add up; an inhibitory synapse then just holds the value back.
      if (weight > 0) this.handle(port, value, undefined);
      return;
    }
    let burst: Burst<ValueOf<In[keyof In]>> | undefined;
    try {
      burst = this.#membrane.receive(value, weight, this.nerve.clock.now());
    } catch (error) {
      this.reportFailure(error, value);
    }
    if (burst !== undefined) this.handle(port, value, burst);
  }

  /** Reacts to a value, or to the burst that it completed. */
  protected abstract handle(port: string, value: never, burst: Burst<ValueOf<In[keyof In]>> | undefined): void;

  /** Counts a failure and passes it on. */
  protected reportFailure(error: unknown, value: unknown): void {
    this.failed += 1;
    this.nerve.fail({ source: this.name, error, value });
  }

  /** The potential of a key now; 0 without a membrane. */
  potential(key = '', at: number = this.nerve.clock.now()): number {
    return this.#membrane?.potential(key, at) ?? 0;
  }

  /** Joins a circuit. For the circuit. */
  join(nerve: Nerve): void {
    this.nerve = nerve;
  }

  /** Live numbers, for the anatomy. */
  get counters(): Readonly<Record<string, number>> {
    const fired = Object.values<Axon<unknown>>(this.axons).reduce((total, axon) => total + axon.fired, 0);
    return { received: this.received, fired, failed: this.failed };
  }

  /** Forgets potentials. */
  reset(): void {
    this.#membrane?.reset();
  }
}
