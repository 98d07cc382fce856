import type { Chance } from './chance.ts';

/** Lets the other actors go on, and comes back when the scheduler picks this one; the label is for the trace. */
export type Step = (label?: string) => Promise<void>;

/** Code that runs beside other code, and may be interrupted at each `await step()`. */
export type Actor<T> = (step: Step) => T | PromiseLike<T>;

/** What the scheduler of actors asks of its world. */
export interface ActorsHost {
  readonly chance: Chance;
  /** Calls back at this instant, when every promise job has run. */
  soon(callback: () => void): void;
  log(event: string, data?: unknown): void;
}

/**
 * Seeded scheduler: of the actors that are ready it lets one go on at a time, picked at random, until that one waits
 * again. Each order of steps is possible, and has the same chance at each pick.
 */
export class Actors {
  readonly #host: ActorsHost;
  readonly #ready: { readonly event: string; readonly resume: () => void }[] = [];
  readonly #running = new Set<Promise<unknown>>();
  readonly #failure = Promise.withResolvers<never>();
  #armed = false;

  constructor(host: ActorsHost) {
    this.#host = host;
  }

  /** Starts an actor; it begins when the scheduler picks it. */
  spawn<T>(name: string, actor: Actor<T>): Promise<T> {
    const work = this.#live(name, actor);
    this.#running.add(work);
    work.then(
      () => this.#running.delete(work),
      (error: unknown) => {
        this.#host.log(`${name}: failed`, error);
        this.#failure.reject(error);
      },
    );
    return work;
  }

  async #live<T>(name: string, actor: Actor<T>): Promise<T> {
    await this.#park(`${name}: begins`);
    const value = await actor((label = 'step') => this.#park(`${name}: ${label}`));
    this.#host.log(`${name}: ends`);
    return value;
  }

  #park(event: string): Promise<void> {
    return new Promise((resume) => {
      this.#ready.push({ event, resume });
      this.#arm();
    });
  }

  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#host.soon(() => {
      this.#armed = false;
      const last = this.#ready.length - 1;
      const [picked] = this.#ready.splice(last === 0 ? 0 : this.#host.chance.integer(0, last), 1);
      if (this.#ready.length > 0) this.#arm();
      if (picked === undefined) return;
      this.#host.log(picked.event);
      picked.resume();
    });
  }

  /** The outcome of the work, once every actor has ended; the first failure of an actor ends it. */
  join<T>(work: Promise<T>): Promise<T> {
    const all = async (): Promise<T> => {
      const value = await work;
      while (this.#running.size > 0) await Promise.all(this.#running);
      return value;
    };
    return Promise.race([all(), this.#failure.promise]);
  }
}
