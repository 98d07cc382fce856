import { isThenable } from './topic.ts';
import type { Shape } from './shape.ts';

/** What a value does when it arrives over a synapse. */
export type Receive<T> = (value: T, weight: number) => void;

/** Named, typed input port of a neuron. */
export interface Dendrite<in T> {
  readonly neuron: string;
  readonly name: string;
  readonly shape: Shape<unknown>;
  /** Takes a value with the weight of the synapse it came over. */
  readonly receive: Receive<T>;
}

/** Named, typed output port of a neuron. */
export class Axon<out T> {
  readonly neuron: string;
  readonly name: string;
  readonly shape: Shape<unknown>;
  /** How many values were fired. */
  fired: number = 0;
  #targets: readonly ((value: never) => void)[] = [];

  constructor(neuron: string, name: string, shape: Shape<T>) {
    this.neuron = neuron;
    this.name = name;
    this.shape = shape;
  }

  /** Sends a value along every synapse. Only its neuron calls this. */
  fire(value: T): void {
    this.fired += 1;
    const targets = this.#targets as readonly ((value: T) => void)[];
    for (let index = 0; index < targets.length; index += 1) (targets[index] as (value: T) => void)(value);
  }

  /** Adds a place that values go to; returns what takes it away. For the circuit. */
  link(target: (value: T) => void): () => void {
    this.#targets = [...this.#targets, target];
    return () => {
      this.#targets = this.#targets.filter((other) => other !== target);
    };
  }
}

/** Shapes of a neuron's ports, by name. */
export type PortShapes = Readonly<Record<string, Shape<unknown>>>;

/** Type of the values that a shape stands for. */
export type ValueOf<S> = S extends { parse(value: unknown): infer T } ? T : never;

/** A neuron's outputs, by name. */
export type Axons<Out extends PortShapes> = { readonly [K in keyof Out]: Axon<ValueOf<Out[K]>> };

/** A neuron's inputs, by name. */
export type Dendrites<In extends PortShapes> = { readonly [K in keyof In]: Dendrite<ValueOf<In[K]>> };

/** Calls `onError` with what a handler throws or rejects with. Returns its promise, if it gave one. */
export const isolate = (work: () => unknown, onError: (error: unknown) => void): Promise<void> | undefined => {
  try {
    const result = work();
    if (result !== undefined && isThenable(result)) return Promise.resolve(result).then(() => undefined, onError);
  } catch (error) {
    onError(error);
  }
  return undefined;
};
