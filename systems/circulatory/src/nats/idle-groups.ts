import type { Link } from './link.ts';
import { RefusedError } from './link.ts';
import type { Names } from './names.ts';

/** What is known of a group that ends when nobody asks. */
interface IdleNote {
  readonly topic: string;
  readonly group: string;
  readonly idleMs: number;
  readonly askedAt: number;
}

const noMessage = 10037;

/** How often a group's note is renewed, as a share of the time after which it ends. */
const renewal = 1 / 10;

/** Groups that end when nobody has asked for so long: notes of when somebody did. */
export class IdleGroups {
  readonly #link: Link;
  readonly #names: Names;
  /** Notes of this process, by subject. */
  readonly #mine = new Map<string, IdleNote>();

  constructor(link: Link, names: Names) {
    this.#link = link;
    this.#names = names;
  }

  /** A group was joined. */
  async join(topic: string, group: string, idleMs: number, now: number): Promise<void> {
    const subject = this.#names.idle(topic, group);
    if (idleMs !== Infinity) await this.#write(subject, { topic, group, idleMs, askedAt: now });
    else if (this.#mine.delete(subject)) await this.forget(topic, group);
  }

  async #write(subject: string, note: IdleNote): Promise<void> {
    this.#mine.set(subject, note);
    await this.#link.store(subject, JSON.stringify(note));
  }

  /** Somebody asks for messages. */
  async asked(topic: string, group: string, now: number): Promise<void> {
    if (this.#mine.size === 0) return;
    const subject = this.#names.idle(topic, group);
    const note = this.#mine.get(subject);
    if (note === undefined || now - note.askedAt < note.idleMs * renewal) return;
    await this.#write(subject, { ...note, askedAt: now });
  }

  /** Groups for which nobody has asked in time. */
  async ended(now: number): Promise<readonly IdleNote[]> {
    const filter = this.#names.idle('', '').slice(0, -1);
    const { state } = await this.#link.manager.streams.info(this.#names.noteStream, { subjects_filter: `${filter}>` });
    const notes = await Promise.all(Object.keys(state.subjects ?? {}).map((subject) => this.#read(subject)));
    return notes.filter((note) => note !== undefined && now - note.askedAt >= note.idleMs) as IdleNote[];
  }

  async #read(subject: string): Promise<IdleNote | undefined> {
    try {
      const { message } = await this.#link.api<{ readonly message: { readonly data: string } }>(
        `STREAM.MSG.GET.${this.#names.noteStream}`,
        { last_by_subj: subject },
      );
      return JSON.parse(Buffer.from(message.data, 'base64').toString()) as IdleNote;
    } catch (error) {
      if (error instanceof RefusedError && error.code === noMessage) return undefined;
      throw error;
    }
  }

  /** A group is no more, or does not end by itself any more. */
  async forget(topic: string, group: string): Promise<void> {
    const filter = this.#names.idle(topic, group);
    this.#mine.delete(filter);
    await this.#link.manager.streams.purge(this.#names.noteStream, { filter });
  }
}
