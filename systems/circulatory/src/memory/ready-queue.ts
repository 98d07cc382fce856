import { Fifo } from './fifo.ts';
import { type Item, Stage } from './item.ts';

const isReady = ({ stage }: Item): boolean => stage === Stage.ready;

/** Items that may be leased: the highest priority first, then in order. Ten queues and a bit for each that has some. */
export class ReadyQueue {
  readonly #queues: (Fifo<Item> | undefined)[] = [];
  #bits = 0;

  #of(priority: number): Fifo<Item> {
    this.#bits |= 1 << priority;
    return (this.#queues[priority] ??= new Fifo());
  }

  /** Puts one behind the others of its priority. */
  push(item: Item): void {
    item.stage = Stage.ready;
    this.#of(item.held.message.priority).push(item);
  }

  /** Puts one before the others of its priority: it has waited already. */
  unshift(item: Item): void {
    item.stage = Stage.ready;
    this.#of(item.held.message.priority).unshift(item);
  }

  /** Takes the next, passing over those that have gone. */
  take(): Item | undefined {
    while (this.#bits !== 0) {
      const priority = 31 - Math.clz32(this.#bits);
      const item = this.#queues[priority]?.shift();
      if (item === undefined) this.#bits &= ~(1 << priority);
      else if (item.stage === Stage.ready) return item;
    }
    return undefined;
  }

  /** Notes that an item here has gone. */
  forget({ held }: Item): void {
    this.#queues[held.message.priority]?.forget(isReady);
  }
}
