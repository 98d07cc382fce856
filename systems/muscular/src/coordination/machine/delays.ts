import type { Clock, Timer } from '@organism/cell';
import type { StateNode } from './node.ts';

interface Delay {
  readonly node: StateNode;
  readonly delayMs: number;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  readonly timer: Timer;
}

/** The delayed transitions that wait, of the states that are active. */
export class Delays {
  readonly #clock: Clock;
  readonly #due: (node: StateNode, delayMs: number) => void;
  #waiting: Delay[] = [];

  constructor(clock: Clock, due: (node: StateNode, delayMs: number) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  get list(): readonly Delay[] {
    return this.#waiting;
  }

  add(node: StateNode, delayMs: number, inMs: number): void {
    const timer = this.#clock.setTimeout(() => {
      this.#waiting = this.#waiting.filter((other) => other !== delay);
      this.#due(node, delayMs);
    }, inMs);
    const delay: Delay = { node, delayMs, dueAt: this.#clock.now() + inMs, timer };
    this.#waiting.push(delay);
  }

  /** Arms again what a snapshot has waiting; what is overdue comes at once. */
  resume(node: StateNode, delayMs: number, dueAt: number): void {
    this.add(node, delayMs, Math.max(0, dueAt - this.#clock.now()));
  }

  /** Drops those of one state, or all. */
  clear(node?: StateNode): void {
    const gone = (delay: Delay): boolean => node === undefined || delay.node === node;
    for (const delay of this.#waiting) if (gone(delay)) delay.timer[Symbol.dispose]();
    this.#waiting = this.#waiting.filter((delay) => !gone(delay));
  }
}
