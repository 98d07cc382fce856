import { type Context, OptionError } from '@organism/cell';
import type { Message } from './mailbox.ts';
import type { Burst } from './membrane.ts';
import { NeuralNode, type NeuronOptions, type Shortcut } from './neuron.ts';
import type { Axons, Dendrite, PortShapes, Settled, ValueOf, Target } from './port.ts';
import { isThenable } from '../bus/topic.ts';

/** Reactions of a stateless neuron, one for each input. */
export type Reflexes<In extends PortShapes, Out extends PortShapes> = {
  /** Gets the context only when it declares all four parameters. */
  readonly [K in keyof In]: (
    value: ValueOf<In[K]>,
    axons: Axons<Out>,
    burst: Burst<ValueOf<In[keyof In]>> | undefined,
    context: Context | undefined,
  ) => unknown;
};

/** Options of a {@link ReflexNeuron}. */
export interface ReflexOptions<In extends PortShapes, Out extends PortShapes> extends NeuronOptions<In, Out> {
  /**
   * What to do with a value. What is fired at once keeps the order of the values; asynchronous reactions run side by
   * side and may overtake each other (a `concurrency` of 1, or a CorticalNeuron, keeps their order).
   */
  readonly react: Reflexes<In, Out>;
  /** How many asynchronous reactions may be at work at once; more values wait in the mailbox. Default 1024. */
  readonly concurrency?: number;
}

/** A reaction as it is called. */
export type Reflex = (
  value: never,
  axons: unknown,
  burst: Burst<never> | undefined,
  context: Context | undefined,
) => unknown;

/**
 * Stateless handler: reacts to each value at once, by firing its outputs or by doing something. With a membrane it
 * reacts only when enough has come in.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { NeuralCircuit, ReflexNeuron, typed } from '@organism/nervous';
 *
 * const Shock = typed<number>('shock');
 * const swarm = new ReflexNeuron({
 *   name: 'swarm',
 *   dendrites: { shocks: Shock },
 *   axons: { alarms: typed<string>('alarm') },
 *   membrane: { threshold: 5, timeConstantMs: 1000, weight: (magnitude) => magnitude },
 *   react: { shocks: (_last, { alarms }, burst) => alarms.fire(`${burst?.count} shocks`) },
 * });
 * const alarms: string[] = [];
 * await using circuit = await new NeuralCircuit({ name: 'watch' }).add(swarm).start();
 * circuit.observe(swarm.axons.alarms, (alarm) => alarms.push(alarm));
 * for (const magnitude of [2, 2, 2]) circuit.stimulate(swarm.dendrites.shocks, magnitude);
 * assert.deepEqual(alarms, ['3 shocks']);
 * ```
 */
export class ReflexNeuron<
  In extends PortShapes,
  Out extends PortShapes = Readonly<Record<never, never>>,
> extends NeuralNode<In, Out> {
  readonly #plain: boolean;

  constructor(options: ReflexOptions<In, Out>) {
    const { concurrency = 1024, react } = options;
    if (!Number.isSafeInteger(concurrency) || concurrency < 1)
      throw new OptionError('concurrency', 'a whole number of 1 or more', concurrency);
    super(options, concurrency, react);
    this.#plain = !this.hasMembrane;
  }

  /** Reading the ambient context costs as much as a whole synapse, so only reactions that declare it get it. */
  protected override prepare(handler: Reflex): Reflex {
    if (handler.length < 4) return handler;
    return (value, axons, burst) => handler(value, axons, burst, this.nerve.present());
  }

  override receive(to: Dendrite<never>, value: never, weight: number, settled?: Settled): Promise<void> | undefined {
    // The usual case, without the steps that only the others need (benchmark nervous.circuit).
    if (!this.#plain || !this.direct || settled !== undefined || weight <= 0)
      return super.receive(to, value, weight, settled);
    this.received += 1;
    this.handle(to, value, weight, undefined, undefined);
    return undefined;
  }

  protected override handle(
    to: Dendrite<never>,
    value: never,
    weight: number,
    burst: Burst<never> | undefined,
    message: Message | undefined,
  ): void {
    try {
      const result = (to.handler as Reflex)(value, this.axons, burst, undefined);
      if (result === undefined || !isThenable(result)) message?.settled?.();
      else this.#await(result, to, value, weight, burst, message);
    } catch (error) {
      this.fail(error, to, value, weight, burst, message);
    }
  }

  #await(
    result: PromiseLike<unknown>,
    to: Dendrite<never>,
    value: never,
    weight: number,
    burst: Burst<never> | undefined,
    message: Message | undefined,
  ): void {
    this.occupy();
    this.follow(result, (failure) => {
      if (failure === undefined) message?.settled?.();
      else this.fail(failure.error, to, value, weight, burst, message);
    });
  }

  override shortcut(synapse: Shortcut, dendrite: Dendrite<never>): Target<unknown> | undefined {
    const to = (this.dendrites as Readonly<Record<string, Dendrite<never>>>)[dendrite.name];
    if (to === undefined || this.hasMembrane) return undefined;
    const react = to.handler as Reflex;
    const { axons } = this;
    // All in one function: a call less is a fifth of the way to the next neuron (benchmark nervous.circuit).
    return (value) => {
      synapse.passed += 1;
      if (!this.direct) return dendrite.receive(value as never, synapse.weight);
      this.received += 1;
      try {
        const result = react(value as never, axons, undefined, undefined);
        if (result !== undefined && isThenable(result))
          this.#await(result, to, value as never, 1, undefined, undefined);
      } catch (error) {
        this.fail(error, to, value as never, 1, undefined, undefined);
      }
      return undefined;
    };
  }
}
