import type { Entropy } from '@organism/cell';
import type { Subscription } from '../heart/subscription.ts';
import type { Post } from './broker.ts';
import { checkFrame, type Frame, replyTopic } from './wire.ts';

/** Gets the frames for one request or stream. */
export type FrameListener = (frame: Frame) => void;

/** The topic of this process, on which others answer; opened when it is first needed. */
export class Postbox {
  readonly topic: string;
  /** Begin of the names that are heard here: other processes may share the topic. */
  readonly #box: string;
  readonly #post: Post;
  readonly #listeners = new Map<string, FrameListener>();
  #opening: Promise<Pick<Subscription, 'close'>> | undefined;
  #lastName = 0;
  /** Frames for what is over. */
  late = 0;

  constructor(entropy: Entropy, post: Post, topic?: string) {
    this.#post = post;
    this.#box = entropy.uuid();
    this.topic = replyTopic(topic ?? `reply.${this.#box}`);
  }

  /** A name to listen for. */
  name(): string {
    this.#lastName += 1;
    return `${this.#box}.${this.#lastName.toString(36)}`;
  }

  /** How many listen. */
  get size(): number {
    return this.#listeners.size;
  }

  /** Resolves when what is sent here is heard. */
  async open(): Promise<void> {
    this.#opening ??= this.#post.listen(this.topic, (data) => this.#hear(data));
    try {
      await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  #hear(data: unknown): void {
    const frame = checkFrame(data);
    if (frame === undefined || !frame.to.startsWith(`${this.#box}.`)) return;
    const listener = this.#listeners.get(frame.to);
    if (listener !== undefined) {
      listener(frame);
      return;
    }
    this.late += 1;
    // Who takes up a stream that nobody waits for must not go on for nothing.
    if (frame.kind === 'accept') this.refuse(frame);
  }

  /** Tells a side that has taken up a stream that it is not wanted. */
  refuse({ from, to, replyTo }: { readonly from: string; readonly to: string; readonly replyTo: string }): void {
    this.#post.send(replyTo, { kind: 'cancel', to: from, from: to }, { key: from, ttlMs: 60_000 }).catch(() => {});
  }

  /** Hears frames for a name, until the handle is disposed. */
  listen(name: string, listener: FrameListener): Disposable {
    this.#listeners.set(name, listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(name) };
  }

  /** Hears no more, and drops the topic's group. */
  async close(): Promise<void> {
    try {
      await (await this.#opening)?.close();
    } catch {
      // A broker that is gone drops the group by itself, some time after its last sign of life.
    }
  }
}
