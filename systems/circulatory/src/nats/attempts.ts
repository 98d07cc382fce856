import { headers as newHeaders } from '@nats-io/transport-node';
import type { Link } from './link.ts';
import { RefusedError } from './link.ts';
import type { Names } from './names.ts';
import type { Tally } from './tally.ts';

/** Most tallies that are kept here, so that a process need not ask for its own. */
const mostKnown = 10_000;

const noMessage = 10037;

/** The tallies of a group's messages that were leased and are not done with: those of this process, and notes for others. */
export class Attempts {
  readonly #link: Link;
  readonly #subjectOf: (seq: number | '*') => string;
  readonly #noteStream: string;
  readonly #known = new Map<number, Tally>();

  constructor(link: Link, names: Names, topic: string, group: string) {
    this.#link = link;
    this.#noteStream = names.noteStream;
    this.#subjectOf = (seq) => names.attempt(topic, group, seq);
  }

  /** What this process knows of a message. */
  known(seq: number): Tally | undefined {
    return this.#known.get(seq);
  }

  /** Keeps a tally in this process. */
  remember(seq: number, tally: Tally): void {
    this.#known.delete(seq);
    this.#known.set(seq, tally);
    if (this.#known.size <= mostKnown) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }

  /** Forgets what this process knows; what was left for others stays. */
  reset(): void {
    this.#known.clear();
  }

  /** Leaves a tally for whoever gets the message next. */
  async write(seq: number, tally: Tally): Promise<void> {
    this.remember(seq, tally);
    await this.#link.store(this.#subjectOf(seq), JSON.stringify(tally), newHeaders());
  }

  /** The tally that was left last; undefined when there is none. */
  async read(seq: number): Promise<Tally | undefined> {
    try {
      const { message } = await this.#link.api<{ readonly message: { readonly data: string } }>(
        `STREAM.MSG.GET.${this.#noteStream}`,
        { last_by_subj: this.#subjectOf(seq) },
      );
      return JSON.parse(Buffer.from(message.data, 'base64').toString()) as Tally;
    } catch (error) {
      if (error instanceof RefusedError && error.code === noMessage) return undefined;
      throw error;
    }
  }

  /** Clears away what is left of a message that is done with, or of all; nobody waits for it. */
  forget(seq: number | '*'): void {
    if (seq === '*') this.reset();
    else this.#known.delete(seq);
    this.#link.api(`STREAM.PURGE.${this.#noteStream}`, { filter: this.#subjectOf(seq) }).catch(() => {});
  }
}
