import { Fifo } from './fifo.ts';
import { type Item, Stage } from './item.ts';

const inOrder = (item: Item) => (other: Item) => other.held.seq > item.held.seq;

const isBlocked = ({ stage }: Item): boolean => stage === Stage.blocked;

/** Order per key: of each key's due items one is free to go, the others wait behind it in the order of publishing. */
export class Lanes {
  /** A key is here while an item of it is ready, leased or put off; the queue is made when a second one comes. */
  readonly #lanes = new Map<string, Fifo<Item> | undefined>();

  /** Whether the item may go; else it waits for {@link Lanes.leave}. */
  enter(item: Item): boolean {
    const { key } = item.held.message;
    if (key === undefined) return true;
    const waiting = this.#lanes.get(key);
    if (waiting === undefined && !this.#lanes.has(key)) {
      this.#lanes.set(key, undefined);
      return true;
    }
    item.stage = Stage.blocked;
    if (waiting !== undefined) waiting.insert(item, inOrder(item));
    else {
      const queue = new Fifo<Item>();
      queue.push(item);
      this.#lanes.set(key, queue);
    }
    return false;
  }

  /** Ends the turn of a key's first. Returns the next, if one waits. */
  leave({ key }: { readonly key: string | undefined }): Item | undefined {
    if (key === undefined) return undefined;
    const waiting = this.#lanes.get(key);
    for (let next = waiting?.shift(); next !== undefined; next = waiting?.shift())
      if (next.stage === Stage.blocked) return next;
    this.#lanes.delete(key);
    return undefined;
  }

  /** Notes that an item here has gone. */
  forget({ held }: Item): void {
    if (held.message.key !== undefined) this.#lanes.get(held.message.key)?.forget(isBlocked);
  }
}
