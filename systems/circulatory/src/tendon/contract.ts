import type { Anatomy } from '@organism/cell';
import type { Tendon } from '@organism/muscular';
import type { Shape } from '@organism/nervous';
import type { Artery, ArteryOptions } from '../artery/artery.ts';
import type { SubscribeOptions } from '../heart/consume-options.ts';
import type { MessageHandler, Subscription } from '../heart/subscription.ts';

/** What a binding needs of a broker: every {@link Heart} is one. */
export interface TendonHost {
  readonly name: string;
  subscribe(topic: Shape<unknown>, handler: MessageHandler, options?: SubscribeOptions): Promise<Subscription>;
  artery(topic: Shape<unknown>, options?: ArteryOptions): Artery;
}

/** A binding at work: its subscription, and the way of its results where it has one. */
export interface Attachment extends AsyncDisposable {
  readonly subscription: Subscription;
}

/** Joins something to the messages of a topic. Made by {@link onMessage} and {@link feedNeuron}. */
export interface MessageTendon extends Tendon {
  /** `queue` for an operation, `neuron` for an input of a circuit. */
  readonly kind: 'queue' | 'neuron';
  readonly topic: Shape<unknown>;
  readonly group: string;
  /** Topic of the results, where they are published. */
  readonly result?: Shape<unknown>;
  /** Cells that must run before it. */
  readonly needs: readonly string[];
  /** What stands behind it, for the anatomy; undefined when that shows itself. */
  anatomy(): Anatomy | undefined;
  /**
   * Takes messages until disposed: then what is being handled ends, and its results are stored.
   *
   * @throws {ClosedError} when the broker does not run; {@link OptionError} for a bad option of the subscription.
   */
  attach(heart: TendonHost): Promise<Attachment>;
}
