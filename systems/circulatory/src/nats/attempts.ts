import { headers as newHeaders } from '@nats-io/transport-node';
import type { Link } from './link.ts';
import { RefusedError } from './link.ts';
import type { Names } from './names.ts';

/** What the last holder of a message left for the next. */
export interface AttemptNote {
  /** How often the server had sent the message. */
  readonly sent: number;
  /** How many of these were attempts: not those that were given back. */
  readonly attempts: number;
  /** How long the message was put off. */
  readonly delayMs: number;
}

/** Most notes that are kept here too, so that a process need not ask for its own. */
const mostKnown = 10_000;

const noMessage = 10037;

/**
 * The server counts how often it has sent a message, and a message that was given back unhandled counts there too. So who
 * ends a lease without an end of the message leaves a note for whoever gets it next.
 */
export class Attempts {
  readonly #link: Link;
  readonly #names: Names;
  readonly #known = new Map<string, AttemptNote>();

  constructor(link: Link, names: Names) {
    this.#link = link;
    this.#names = names;
  }

  /** Leaves a note. */
  async write(topic: string, group: string, seq: number, note: AttemptNote): Promise<void> {
    const subject = this.#names.attempt(topic, group, seq);
    await this.#link.store(subject, JSON.stringify(note), newHeaders());
    this.#known.delete(subject);
    this.#known.set(subject, note);
    if (this.#known.size <= mostKnown) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }

  /** The last note of a message that has been sent so often; undefined when there is none. */
  async read(topic: string, group: string, seq: number, sent: number): Promise<AttemptNote | undefined> {
    const subject = this.#names.attempt(topic, group, seq);
    const known = this.#known.get(subject);
    // Nobody else has had it since.
    if (known?.sent === sent - 1) return known;
    try {
      const { message } = await this.#link.api<{ readonly message: { readonly data: string } }>(
        `STREAM.MSG.GET.${this.#names.noteStream}`,
        { last_by_subj: subject },
      );
      return JSON.parse(Buffer.from(message.data, 'base64').toString()) as AttemptNote;
    } catch (error) {
      if (error instanceof RefusedError && error.code === noMessage) return undefined;
      throw error;
    }
  }

  /** Clears away the notes of a message that is done with; nobody waits for it. */
  forget(topic: string, group: string, seq: number | '*'): void {
    const subject = this.#names.attempt(topic, group, seq);
    this.#known.delete(subject);
    this.#link.api(`STREAM.PURGE.${this.#names.noteStream}`, { filter: subject }).catch(() => {});
  }
}
