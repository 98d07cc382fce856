import { type Context, OptionError } from '@organism/cell';
import type { Message } from './mailbox.ts';
import type { Burst } from './membrane.ts';
import { NeuralNode, type NeuronOptions, type Shortcut } from './neuron.ts';
import type { Axons, Dendrite, PortShapes, Target, ValueOf } from './port.ts';
import { type Persistence, Snapshots } from './snapshots.ts';
import { Soma } from './soma.ts';
import { isThenable } from '../bus/topic.ts';

/** Reactions of a stateful neuron, one for each input. */
export type CorticalReactions<State, In extends PortShapes, Out extends PortShapes> = {
  readonly [K in keyof In]: (value: ValueOf<In[K]>, soma: Soma<State, Axons<Out>, ValueOf<In[keyof In]>>) => unknown;
};

/** Options of a {@link CorticalNeuron}. */
export interface CorticalOptions<State, In extends PortShapes, Out extends PortShapes> extends NeuronOptions<In, Out> {
  /** The state to begin with. */
  readonly initial: () => State;
  readonly react: CorticalReactions<State, In, Out>;
  /** Keeps the state in a store, so that it outlives the process. */
  readonly persist?: Persistence<State>;
}

type Handler = (value: never, soma: unknown) => unknown;

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
  readonly #snapshots: Snapshots<State> | undefined;
  #state: State;
  #soma: Soma<State, Axons<Out>, never>;

  constructor(options: CorticalOptions<State, In, Out>) {
    super(options, 1, options.react);
    if (typeof options.initial !== 'function') throw new OptionError('initial', 'a function', options.initial);
    this.#initial = options.initial;
    this.#snapshots = options.persist && new Snapshots(options.name, options.persist);
    this.#state = options.initial();
    this.#soma = new Soma(this.axons, this.#state);
  }

  /** The state as it is between messages. */
  snapshot(): State {
    return this.#state;
  }

  /** Replaces the state; messages that wait see the new one. */
  restore(state: State): void {
    this.#state = state;
  }

  protected override handle(
    to: Dendrite<never>,
    value: never,
    weight: number,
    burst: Burst<never> | undefined,
    message: Message | undefined,
  ): void {
    this.occupy();
    const soma = this.#soma;
    soma.begin(this.#state, burst, this.nerve);
    let result: unknown;
    try {
      result = (to.handler as Handler)(value, soma);
    } catch (error) {
      this.fail(error, to, value, weight, burst, message);
      this.vacate();
      return;
    }
    if (result === undefined || !isThenable(result)) {
      const saved = this.#snapshots?.afterMessage(soma.state);
      if (saved === undefined) {
        this.#state = soma.state;
        message?.settled?.();
        this.vacate();
        return;
      }
      result = saved;
    } else if (this.#snapshots !== undefined) result = this.#keepLater(result, soma);
    this.follow(result as PromiseLike<unknown>, (failure) => {
      if (failure === undefined) {
        this.#state = soma.state;
        message?.settled?.();
      } else {
        // It may still be at work, as after a timeout: what it does to its soma must not be seen by the next message.
        this.#renew(failure.error);
        this.fail(failure.error, to, value, weight, burst, message);
      }
    });
  }

  override shortcut(synapse: Shortcut, dendrite: Dendrite<never>): Target<unknown> | undefined {
    const to = (this.dendrites as Readonly<Record<string, Dendrite<never>>>)[dendrite.name];
    if (to === undefined || this.hasMembrane) return undefined;
    return (value) => {
      synapse.passed += 1;
      if (!this.direct) return dendrite.receive(value as never, synapse.weight);
      this.received += 1;
      this.handle(to, value as never, synapse.weight, undefined, undefined);
      return undefined;
    };
  }

  async #keepLater(result: PromiseLike<unknown>, soma: Soma<State, Axons<Out>, never>): Promise<void> {
    await result;
    await this.#snapshots?.afterMessage(soma.state);
  }

  #renew(reason: unknown): void {
    this.#soma.end(reason);
    this.#soma = new Soma(this.axons, this.#state);
  }

  /** Reads the state from its store, if it has one, then starts what the neuron holds. For circuit and supervisor. */
  override async start(context: Context): Promise<void> {
    const found = await this.#snapshots?.load();
    if (found !== undefined) this.#state = found.state;
    await super.start(context);
  }

  /** Writes the state to its store, if it has one and has changed, once what the neuron holds has stopped. */
  override async stop(...options: Parameters<NeuralNode['stop']>): Promise<void> {
    try {
      await super.stop(...options);
    } finally {
      await this.#snapshots?.save(this.#state);
    }
  }

  /** Takes over the state of the neuron it replaces. */
  override adopt(other: NeuralNode): void {
    if (other instanceof CorticalNeuron) this.#state = other.snapshot() as State;
  }

  /** Back to the initial state; forgets potentials. What waits is handled in the new state. */
  override reset(): void {
    super.reset();
    this.#state = this.#initial();
  }
}
