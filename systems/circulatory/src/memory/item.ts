import type { Link } from '../heart/chain.ts';
import type { NewMessage } from '../heart/driver.ts';

/** Where an item stands in its group. */
export const Stage = {
  /** Not due yet. */
  delayed: 0,
  /** May be leased. */
  ready: 1,
  leased: 2,
  /** Due, behind an earlier one of its key. */
  blocked: 3,
  /** Tried, and put off; the others of its key wait for it. */
  backoff: 4,
  dead: 5,
  /** Handled or dropped; whoever still holds it skips it. */
  gone: 6,
} as const;

/** One of the {@link Stage}s. */
export type Stage = (typeof Stage)[keyof typeof Stage];

/** A message as the memory keeps it, for all groups. */
export interface Held extends Link<Held> {
  readonly seq: number;
  readonly message: NewMessage;
  /** Until when it is kept after it was handled; 0 when it need not be. */
  retainedUntil: number;
  /** Whether it waits in the heap of those that expire. */
  isMortal: boolean;
  readonly items: Item[];
  /** How many groups have yet to handle it. */
  pending: number;
}

/** Whose item it is. */
export interface ItemOwner {
  /** Drops an item that is not leased. Returns whether it did. */
  drop(item: Item, now: number): boolean;
}

/** A message as one group sees it. */
export interface Item {
  readonly held: Held;
  readonly owner: ItemOwner;
  stage: Stage;
  dueAt: number;
  expiresAt: number;
  attempts: number;
  previousDelayMs: number;
  token: number;
  until: number;
}

/** A message's view for one group. */
export const makeItem = (held: Held, owner: ItemOwner): Item => ({
  held,
  owner,
  stage: Stage.delayed,
  dueAt: held.message.dueAt,
  expiresAt: held.message.expiresAt,
  attempts: 0,
  previousDelayMs: 0,
  token: 0,
  until: 0,
});
