import { ReflexNeuron, type ReflexOptions, type Shape } from '@organism/nervous';
import type { Artery, ArteryOptions } from '../artery/artery.ts';
import type { HeartPublishOptions } from '../heart/publish-options.ts';
import type { TendonHost } from './contract.ts';

/** Options of {@link publishingNeuron}. */
export interface PublishingNeuronOptions<T>
  extends Partial<Pick<ReflexOptions<never, never>, 'name' | 'mailbox' | 'timeoutMs'>>, ArteryOptions {
  /** Key, id and the like of a value. Default: none. */
  readonly publish?: (value: T) => HeartPublishOptions;
}

/** Values on their way at once: fewer than an Artery holds, so that they keep their order. */
const concurrency = 1024;

/**
 * A neuron that publishes what comes to its `input` to a topic. It takes no more than the topic does: when that is full its
 * mailbox fills, and then its senders wait. A value that can't be stored is the circuit's to handle. Its circuit needs the
 * Heart.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart } from '@organism/circulatory';
 * import { publishingNeuron } from '@organism/circulatory/tendon';
 * import { NeuralCircuit, typed } from '@organism/nervous';
 *
 * const Alarm = typed<string>('alarm');
 * await using heart = await new Heart().start();
 * const out = publishingNeuron(heart, Alarm);
 * await using circuit = await new NeuralCircuit({ name: 'watch', needs: [heart] }).add(out).start();
 * circuit.stimulate(out.dendrites.input, 'swarm');
 * await circuit.drain();
 * assert.equal((await heart.inspect('alarm')).depth, 1);
 * ```
 */
export const publishingNeuron = <T>(
  heart: TendonHost,
  topic: Shape<T>,
  options: PublishingNeuronOptions<T> = {},
): ReflexNeuron<{ readonly input: Shape<T> }> => {
  const { name = `publish ${topic.name}`, mailbox, timeoutMs, publish, ...arteryOptions } = options;
  let artery: Artery | undefined;
  return new ReflexNeuron({
    name,
    dendrites: { input: topic },
    concurrency,
    ...(mailbox !== undefined && { mailbox }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    start: ({ defer }) => {
      const opened = heart.artery(topic, arteryOptions);
      artery = opened;
      defer(opened);
    },
    react: {
      // Four parameters, so that the neuron hands over the context.
      input: async (value, _axons, _burst, context) =>
        void (await artery?.write(value, { ...publish?.(value as T), ...(context !== undefined && { context }) })),
    },
  });
};
