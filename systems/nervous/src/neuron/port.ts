import type { Shape } from '../shape.ts';

/** Told once the reaction to a value is over: with the error when it failed. */
export type Settled = (error?: unknown) => void;

/** What takes values that come to an input: a neuron. */
export interface Receiver {
  /** The circuit it belongs to. */
  readonly nerve: object;
  receive(to: Dendrite<never>, value: never, weight: number, settled?: Settled): Promise<void> | undefined;
}

/** Named, typed input port of a neuron. */
export class Dendrite<in T> {
  readonly neuron: string;
  readonly name: string;
  readonly shape: Shape<unknown>;
  /** Messages of a higher priority are handled first. */
  readonly priority: number;
  /** What the neuron does with a value; typed by the neuron. */
  readonly handler: unknown;
  readonly #owner: Receiver;
  #successor: Dendrite<T> | undefined;

  /** Made by the neuron. */
  constructor(
    owner: Receiver,
    port: Pick<Dendrite<T>, 'neuron' | 'name' | 'shape' | 'priority'> & { readonly handler?: unknown },
  ) {
    this.#owner = owner;
    this.neuron = port.neuron;
    this.name = port.name;
    this.shape = port.shape;
    this.priority = port.priority;
    this.handler = port.handler;
  }

  /**
   * Takes a value with the weight of the synapse it came over.
   *
   * @returns a promise when the neuron's mailbox is full and makes senders wait: it resolves when there is room.
   */
  receive(value: T, weight: number, settled?: Settled): Promise<void> | undefined {
    return this.#successor === undefined
      ? this.#owner.receive(this, value as never, weight, settled)
      : this.#latest().receive(value, weight, settled);
  }

  #latest(): Dendrite<T> {
    if (this.#successor === undefined) return this;
    // Kept, so that a handle from before many swaps does not walk them all again.
    this.#successor = this.#successor.#latest();
    return this.#successor;
  }

  /** Whether its neuron belongs to a circuit. For the circuit. */
  isOf(nerve: object): boolean {
    return this.#latest().#owner.nerve === nerve;
  }

  /** Hands on to another neuron's input what comes from now on. For the circuit, when it swaps neurons. */
  forwardTo(next: Dendrite<T>): void {
    this.#successor = next;
  }
}

/** Where an axon's values go. */
export type Target<T> = (value: T) => Promise<void> | undefined | void;

/** What is held back when a receiver has no room: a neuron. */
export interface Pressed {
  /** Takes nothing more until there is room. Returns what the reaction that fired should wait for. */
  press(pressure: Promise<void>): Promise<void> | undefined;
}

/** Shared by all outputs that lead nowhere yet. */
const nowhere: readonly Target<never>[] = [];

/** The ends of an output: shared by a neuron and the one that takes its place. */
export class Terminal<out T> {
  /** How many values were fired. */
  fired: number = 0;
  targets: readonly Target<never>[] = nowhere;
  /** The target, where there is just one: most axons lead to one place, and an array costs a fifth of a hop. */
  only: Target<never> | undefined = undefined;

  /** Adds a place that values go to; returns what takes it away. */
  link(target: Target<T>): () => void {
    this.#lead([...this.targets, target]);
    return () => this.replace(target);
  }

  /** Puts another target in the place of one, or takes it away. */
  replace(target: Target<T>, by?: Target<T>): void {
    const index = this.targets.indexOf(target);
    if (index >= 0) this.#lead(this.targets.toSpliced(index, 1, ...(by === undefined ? [] : [by])));
  }

  #lead(targets: readonly Target<never>[]): void {
    this.targets = targets;
    this.only = targets.length === 1 ? targets[0] : undefined;
  }
}

/** Named, typed output port of a neuron. */
export class Axon<out T> {
  readonly neuron: string;
  readonly name: string;
  readonly shape: Shape<unknown>;
  /** Where values go. For the circuit. */
  terminal: Terminal<T> = new Terminal<T>();
  readonly #owner: Pressed | undefined;

  /** Made by the neuron, which takes nothing more while a receiver has no room. */
  constructor(neuron: string, name: string, shape: Shape<T>, owner?: Pressed) {
    this.neuron = neuron;
    this.name = name;
    this.shape = shape;
    this.#owner = owner;
  }

  /** How many values were fired. */
  get fired(): number {
    return this.terminal.fired;
  }

  /**
   * Sends a value along every synapse. Only its neuron calls this.
   *
   * @returns a promise when a receiver makes senders wait: await it in an asynchronous reaction. A synchronous one need
   *   not care: its neuron takes no further message until there is room.
   */
  fire(value: T): Promise<void> | undefined {
    const { terminal } = this;
    terminal.fired += 1;
    const only = terminal.only as Target<T> | undefined;
    // Most axons lead to one place (benchmark nervous.circuit).
    const pressure = only === undefined ? this.#fireAll(value, terminal.targets as readonly Target<T>[]) : only(value);
    return pressure === undefined || this.#owner === undefined
      ? (pressure as Promise<void> | undefined)
      : this.#owner.press(pressure);
  }

  #fireAll(value: T, targets: readonly Target<T>[]): Promise<void> | undefined {
    let pressure: Promise<void> | undefined;
    for (let index = 0; index < targets.length; index += 1) {
      const waits = (targets[index] as Target<T>)(value);
      if (waits !== undefined) pressure = both(pressure, waits);
    }
    return pressure;
  }
}

/** Waits for one or two promises that never reject. */
export const both = async (one: Promise<void> | undefined, other: Promise<void>): Promise<void> => {
  await one;
  await other;
};

/** Shapes of a neuron's ports, by name. */
export type PortShapes = Readonly<Record<string, Shape<unknown>>>;

/** Type of the values that a shape stands for. */
export type ValueOf<S> = S extends { parse(value: unknown): infer T } ? T : never;

/** A neuron's outputs, by name. */
export type Axons<Out extends PortShapes> = { readonly [K in keyof Out]: Axon<ValueOf<Out[K]>> };

/** A neuron's inputs, by name. */
export type Dendrites<In extends PortShapes> = { readonly [K in keyof In]: Dendrite<ValueOf<In[K]>> };
