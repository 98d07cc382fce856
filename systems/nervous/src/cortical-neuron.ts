import { OptionError } from '@organism/cell';
import { OverflowError } from './errors.ts';
import type { Burst } from './membrane.ts';
import { NeuralNode, type NeuronOptions } from './neuron.ts';
import { type Axons, isolate, type PortShapes, type ValueOf } from './port.ts';

/** What a stateful neuron works with while it handles one message. */
export interface Soma<State, Out extends PortShapes, Value> {
  /** The state; assign to it to change it. A failed reaction leaves it as it was before the message. */
  state: State;
  readonly axons: Axons<Out>;
  readonly burst: Burst<Value> | undefined;
}

/** Reactions of a stateful neuron, one for each input. */
export type CorticalReactions<State, In extends PortShapes, Out extends PortShapes> = {
  readonly [K in keyof In]: (value: ValueOf<In[K]>, soma: Soma<State, Out, ValueOf<In[keyof In]>>) => unknown;
};

/** Options of a {@link CorticalNeuron}. */
export interface CorticalOptions<State, In extends PortShapes, Out extends PortShapes> extends NeuronOptions<In, Out> {
  /** The state to begin with. */
  readonly initial: () => State;
  readonly react: CorticalReactions<State, In, Out>;
  /** How many messages may wait. Default 1024. One more is refused and reported. */
  readonly mailbox?: number;
}

interface Message<Value> {
  readonly port: string;
  readonly value: never;
  readonly burst: Burst<Value> | undefined;
}

/**
 * Stateful actor: handles one message at a time, in the order they came, and keeps typed state between them.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { CorticalNeuron, NeuralCircuit, typed } from '@organism/nervous';
 *
 * const counter = new CorticalNeuron({
 *   name: 'counter',
 *   dendrites: { add: typed<number>('amount') },
 *   initial: () => 0,
 *   react: { add: (amount, soma) => void (soma.state += amount) },
 * });
 * await using circuit = await new NeuralCircuit({ name: 'sums' }).add(counter).start();
 * for (const amount of [1, 2, 3]) circuit.stimulate(counter.dendrites.add, amount);
 * await circuit.drain();
 * assert.equal(counter.snapshot(), 6);
 * ```
 */
export class CorticalNeuron<
  State,
  In extends PortShapes,
  Out extends PortShapes = Readonly<Record<never, never>>,
> extends NeuralNode<In, Out> {
  readonly #initial: () => State;
  readonly #react: CorticalReactions<State, In, Out>;
  readonly #capacity: number;
  #mailbox: Message<ValueOf<In[keyof In]>>[] = [];
  #state: State;
  #busy = false;

  constructor(options: CorticalOptions<State, In, Out>) {
    super(options);
    this.#capacity = options.mailbox ?? 1024;
    if (!Number.isSafeInteger(this.#capacity) || this.#capacity < 1)
      throw new OptionError('mailbox', 'a whole number of 1 or more', this.#capacity);
    this.#initial = options.initial;
    this.#react = options.react;
    this.#state = options.initial();
  }

  /** The state as it is between messages. */
  snapshot(): State {
    return this.#state;
  }

  /** Replaces the state; messages that wait see the new one. */
  restore(state: State): void {
    this.#state = state;
  }

  /** How many messages wait. */
  get waiting(): number {
    return this.#mailbox.length;
  }

  protected override handle(port: string, value: never, burst: Burst<ValueOf<In[keyof In]>> | undefined): void {
    if (this.#mailbox.length >= this.#capacity) {
      this.reportFailure(new OverflowError(`The mailbox of "${this.name}"`, this.#capacity), value);
      return;
    }
    this.#mailbox.push({ port, value, burst });
    if (!this.#busy) this.#work();
  }

  /** Handles what waits; goes on by itself after a reaction that is asynchronous. */
  #work(): void {
    this.#busy = true;
    for (let message = this.#mailbox.shift(); message !== undefined; message = this.#mailbox.shift()) {
      const running = this.#handleOne(message);
      if (running !== undefined) {
        this.nerve.track(running.then(() => this.#work()));
        return;
      }
    }
    this.#busy = false;
  }

  #handleOne({ port, value, burst }: Message<ValueOf<In[keyof In]>>): Promise<void> | undefined {
    const soma = { state: this.#state, axons: this.axons, burst };
    let failed = false;
    const keep = (): void => {
      if (!failed) this.#state = soma.state;
    };
    const running = isolate(
      () => this.#react[port]?.(value, soma),
      (error) => {
        failed = true;
        this.reportFailure(error, value);
      },
    );
    if (running === undefined) keep();
    return running?.then(keep);
  }

  /** Back to the initial state; forgets potentials and what waits. */
  override reset(): void {
    super.reset();
    this.#mailbox = [];
    this.#state = this.#initial();
  }
}
