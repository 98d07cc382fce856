import { OrganismError } from '@organism/cell';
import type { Problem } from '../protocol.ts';

interface Entry {
  readonly text: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  sent: boolean;
}

/** The client's messages that the server has not acknowledged, numbered in order. */
export class Unsent {
  #entries: Entry[] = [];
  /** Number of the first entry. */
  #first = 1;

  /** How many there are. */
  get size(): number {
    return this.#entries.length;
  }

  /** Adds a message; the promise settles with the server's word on it. */
  add(text: string): Promise<void> {
    return new Promise((resolve, reject) => void this.#entries.push({ text, resolve, reject, sent: false }));
  }

  /** The server has handled everything up to `seq`. */
  acknowledge(seq: number): void {
    while (this.#first <= seq && this.#entries.length > 0) {
      this.#first++;
      this.#entries.shift()?.resolve();
    }
  }

  /** The server has refused this one. */
  fail(seq: number, { code, status, title, detail, ...extensions }: Problem): void {
    this.#entries[seq - this.#first]?.reject(
      new OrganismError(code, detail ?? title, { status, title, publicMessage: detail ?? title, extensions }),
    );
  }

  /** Gives what is to send, as frames: all, or what was not sent before. */
  *frames(all: boolean): Generator<string> {
    for (const [index, entry] of this.#entries.entries()) {
      if (entry.sent && !all) continue;
      entry.sent = true;
      yield `["msg",${this.#first + index},${entry.text}]`;
    }
  }

  /** Refuses what is too large for this server, before any of it is sent. */
  refuse(isTooLarge: (text: string) => boolean, reason: () => unknown): void {
    this.#entries = this.#entries.filter((entry) => {
      if (entry.sent || !isTooLarge(entry.text)) return true;
      entry.reject(reason());
      return false;
    });
  }

  /** A new session: nobody knows whether what was sent has been handled. What was not goes to the new one. */
  reset(reason: () => unknown): void {
    const sent = this.#entries.filter((entry) => entry.sent);
    this.#entries = this.#entries.filter((entry) => !entry.sent);
    this.#first = 1;
    for (const { reject } of sent) reject(reason());
  }

  /** Nothing more will be sent. */
  close(reason: () => unknown): void {
    for (const { reject } of this.#entries.splice(0)) reject(reason());
  }
}
