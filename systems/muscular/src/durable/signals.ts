import { fromText } from './json.ts';
import type { SignalRecord } from './journal.ts';
import type { Call } from './replay.ts';

/** Name of the signal that cancels a run. */
export const cancelSignal = '$cancel';

interface Receiver {
  complete(call: Call, value: string | null, live: unknown, failed?: boolean, uses?: string): void;
}

/** Mailbox of a run: signals that came before anybody waited, and those who wait. */
export class Signals {
  readonly #run: Receiver;
  readonly #known = new Set<string>();
  readonly #kept = new Map<string, SignalRecord[]>();
  readonly #waiting = new Map<string, Call[]>();

  constructor(run: Receiver) {
    this.#run = run;
  }

  /** True the first time. */
  isNew({ id }: SignalRecord): boolean {
    if (this.#known.has(id)) return false;
    this.#known.add(id);
    return true;
  }

  /** Gives a signal to who waits longest, or keeps it. */
  take(signal: SignalRecord): void {
    const call = this.#waiting.get(signal.name)?.shift();
    if (call !== undefined) this.#give(call, signal);
    else this.#kept.set(signal.name, [...(this.#kept.get(signal.name) ?? []), signal]);
  }

  /** Answers a call with a signal kept, or with the next. @returns whether there was one. */
  wait(call: Call): boolean {
    const signal = this.#kept.get(call.name)?.shift();
    if (signal !== undefined) {
      this.#give(call, signal);
      return true;
    }
    this.#waiting.set(call.name, [...(this.#waiting.get(call.name) ?? []), call]);
    return false;
  }

  /** Waits no longer. */
  leave(call: Call): void {
    const left = this.#waiting.get(call.name)?.filter((other) => other !== call) ?? [];
    this.#waiting.set(call.name, left);
  }

  #give(call: Call, { id, payload }: SignalRecord): void {
    const text = payload ?? 'null';
    this.#run.complete(call, text, fromText(text), false, id);
  }
}
