import { messageOf } from '@organism/cell';
import type { Dendrite, NeuralCircuit, Shape } from '@organism/nervous';
import { RejectError } from '../errors.ts';
import type { SubscribeOptions } from '../heart/consume-options.ts';
import type { Message } from '../heart/message.ts';
import type { MessageTendon } from './contract.ts';
import { checkFit } from './fit.ts';
import { judge } from './verdict.ts';

/** Options of {@link feedNeuron}. */
export interface FeedOptions extends Omit<SubscribeOptions, 'broadcast' | 'retryIf'> {
  /** Reactions under way at once. Default 64. */
  readonly concurrency?: number;
}

/**
 * Joins an input of a circuit to the messages of a topic. A message is acknowledged when the neuron's reaction is over; a
 * reaction that fails, or a mailbox that refuses, is treated as a failed operation is. While the neuron takes no more, no
 * more messages are taken. A neuron with a threshold is done with a message as soon as it has added it up, and what was
 * added up does not survive the process.
 *
 * @throws {TendonError} `CIRCULATORY_TENDON` when the topic's Bone does not fit the input's.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart } from '@organism/circulatory';
 * import { feedNeuron } from '@organism/circulatory/tendon';
 * import { NeuralCircuit, ReflexNeuron, typed } from '@organism/nervous';
 *
 * const Reading = typed<number>('reading');
 * const seen = Promise.withResolvers<number>();
 * const show = new ReflexNeuron({ name: 'show', dendrites: { readings: Reading }, react: { readings: seen.resolve } });
 * await using heart = await new Heart().start();
 * await using circuit = await new NeuralCircuit({ name: 'watch' }).add(show).start();
 * await using attached = await feedNeuron(Reading, circuit, show.dendrites.readings).attach(heart);
 * await heart.publish(Reading, 7);
 * assert.equal(await seen.promise, 7);
 * assert.equal(attached.subscription.group, 'watch/show');
 * ```
 */
export const feedNeuron = <T>(
  topic: Shape<T>,
  circuit: NeuralCircuit,
  to: Dendrite<T>,
  options: FeedOptions = {},
): MessageTendon => {
  const target = `${circuit.name}/${to.neuron}`;
  checkFit(target, topic, topic, to.shape);
  const { group = target, concurrency = 64 } = options;
  const handle = (message: Message): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      const settled = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
      message.context.run(() => void to.receive(message.data as T, 1, settled));
    }).catch((error: unknown) => {
      const verdict = judge(error);
      if (verdict.kind === 'retry') throw error;
      throw new RejectError(messageOf(error), { reason: verdict.reason, cause: error });
    });
  return {
    kind: 'neuron',
    target,
    topic,
    group,
    needs: [circuit.name],
    anatomy: () => undefined,
    attach: async (heart) => {
      const subscription = await heart.subscribe(topic, handle, { ...options, group, concurrency });
      return { subscription, [Symbol.asyncDispose]: () => subscription.close() };
    },
  };
};
