import { type Anatomy, messageOf } from '@organism/cell';
import type { Muscle } from '@organism/muscular';
import type { Shape } from '@organism/nervous';
import type { Immutable } from '@organism/skeletal';
import type { Artery } from '../artery/artery.ts';
import { RejectError } from '../errors.ts';
import type { SubscribeOptions } from '../heart/consume-options.ts';
import type { Message } from '../heart/message.ts';
import type { PublishedValue } from '../heart/topic-value.ts';
import type { Attachment, MessageTendon, TendonHost } from './contract.ts';
import { TendonError } from './errors.ts';
import { checkFit } from './fit.ts';
import { judge, type Verdict } from './verdict.ts';

/** Options of {@link onMessage}: those of a subscription, and how a message becomes an input. */
export interface OnMessageOptions<T, In> extends Omit<SubscribeOptions, 'broadcast' | 'retryIf' | 'group'> {
  /** Default: the operation's name, so that each operation of a topic gets all its messages. */
  readonly group?: string;
  /** Turns the topic's value into the operation's input. */
  readonly map?: (value: T, message: Message<T>) => In;
  /** What a failure means. Default: see {@link judge}. */
  readonly judge?: (error: unknown) => Verdict;
}

/** Outputs for which there is nothing to publish. */
type Nothing = undefined | void | null;

/** A map that is needed only where the output is no value of the topic already. */
export type ResultMap<Out, S> = [Exclude<Immutable<Out>, Nothing>] extends [PublishedValue<object, S>]
  ? [map?: (output: Immutable<Out>) => PublishedValue<object, S> | Nothing]
  : [map: (output: Immutable<Out>) => PublishedValue<object, S> | Nothing];

interface Parts<T, In, Out> {
  readonly topic: Shape<T>;
  readonly muscle: Muscle<In, Out>;
  readonly options: OnMessageOptions<T, In>;
  readonly result?: Shape<unknown>;
  readonly toResult?: (output: Immutable<Out>) => unknown;
}

/** Binding of an operation to a topic. Made by {@link onMessage}. */
export class MuscleTendon<T, In, Out> implements MessageTendon {
  readonly kind = 'queue';
  readonly target: string;
  readonly topic: Shape<T>;
  readonly group: string;
  declare readonly result?: Shape<unknown>;
  readonly needs: readonly string[] = [];
  readonly #parts: Parts<T, In, Out>;

  /** @throws {TendonError} `CIRCULATORY_TENDON` when the shapes do not fit, or the operation still needs something. */
  constructor(parts: Parts<T, In, Out>) {
    const { topic, muscle, options, result, toResult } = parts;
    this.target = muscle.name;
    this.topic = topic;
    this.group = options.group ?? muscle.name;
    this.#parts = parts;
    if (result !== undefined) this.result = result;
    if (muscle.unmet.length > 0)
      throw new TendonError(this.target, topic.name, `it needs ${muscle.unmet.join(', ')}: give it with muscle.with()`);
    if (options.map === undefined) checkFit(this.target, topic, topic, muscle.input);
    if (result !== undefined && toResult === undefined) checkFit(this.target, result, muscle.output, result);
  }

  /**
   * The same binding, with what the operation gives published to a topic before the message is acknowledged: under an id
   * that comes of the message's, so that a second try makes no second result within the topic's `dedupWindowMs`. It
   * keeps the message's key. An output of undefined or null is not published.
   *
   * @throws {TendonError} `CIRCULATORY_TENDON` when the shapes do not fit.
   */
  to<S extends Shape<unknown>>(topic: S, ...[map]: ResultMap<Out, S>): MuscleTendon<T, In, Out> {
    return new MuscleTendon({
      ...this.#parts,
      result: topic,
      ...(map !== undefined && { toResult: map as (output: Immutable<Out>) => unknown }),
    });
  }

  /** The operation's ports and counters. */
  anatomy(): Anatomy {
    return this.#parts.muscle.anatomy();
  }

  async attach(heart: TendonHost): Promise<Attachment> {
    const { result } = this;
    const { map: _map, judge: _judge, ...options } = this.#parts.options;
    const artery = result === undefined ? undefined : heart.artery(result);
    try {
      const handle = (message: Message): Promise<void> => this.#handle(message as Message<T>, artery);
      const subscription = await heart.subscribe(this.topic, handle, { ...options, group: this.group });
      return {
        subscription,
        [Symbol.asyncDispose]: async () => {
          await subscription.close();
          await artery?.close();
        },
      };
    } catch (error) {
      await artery?.close();
      throw error;
    }
  }

  async #handle(message: Message<T>, artery: Artery | undefined): Promise<void> {
    try {
      await this.#run(message, artery);
    } catch (error) {
      const verdict = (this.#parts.options.judge ?? judge)(error);
      if (verdict.kind === 'dead') throw new RejectError(messageOf(error), { reason: verdict.reason, cause: error });
      if (verdict.delayMs !== undefined && message.settled === undefined)
        await message.nack({ delayMs: verdict.delayMs, error });
      // Told to the Heart's `onError`; and where no time was named, its backoff says when.
      throw error;
    }
  }

  async #run(message: Message<T>, artery: Artery | undefined): Promise<void> {
    const { muscle, options, toResult } = this.#parts;
    const { context, signal } = message;
    // Without a map the value is of the operation's input type, as the types of `onMessage` demand.
    const input = options.map === undefined ? (message.data as unknown as In) : options.map(message.data, message);
    const output = await muscle.execute(input, { context, signal });
    if (artery === undefined) return;
    const value = toResult === undefined ? output : toResult(output);
    if (value === undefined || value === null) return;
    const { id, key } = message;
    await artery.write(value, { id: `${id}/${this.group}`, context, ...(key !== undefined && { key }) });
  }
}
