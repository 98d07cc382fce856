import type { Burst } from './membrane.ts';
import { NeuralNode, type NeuronOptions } from './neuron.ts';
import { type Axons, isolate, type PortShapes, type ValueOf } from './port.ts';

/** Reactions of a stateless neuron, one for each input. */
export type Reflexes<In extends PortShapes, Out extends PortShapes> = {
  readonly [K in keyof In]: (
    value: ValueOf<In[K]>,
    axons: Axons<Out>,
    burst: Burst<ValueOf<In[keyof In]>> | undefined,
  ) => unknown;
};

/** Options of a {@link ReflexNeuron}. */
export interface ReflexOptions<In extends PortShapes, Out extends PortShapes> extends NeuronOptions<In, Out> {
  readonly react: Reflexes<In, Out>;
}

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
  readonly #react: Reflexes<In, Out>;

  constructor(options: ReflexOptions<In, Out>) {
    super(options);
    this.#react = options.react;
  }

  protected override handle(port: string, value: never, burst: Burst<ValueOf<In[keyof In]>> | undefined): void {
    const running = isolate(
      () => this.#react[port]?.(value, this.axons, burst),
      (error) => this.reportFailure(error, value),
    );
    if (running !== undefined) this.nerve.track(running);
  }
}
