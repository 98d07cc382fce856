import { type Anatomy, Cell, OrganismError, type StartScope, type Timer } from '@organism/cell';
import { type Artery, ClosedError, type Heart } from '@organism/circulatory';
import { FeedEntry } from './bones.ts';

/** What a {@link FeedLog} needs. */
export interface FeedLogOptions {
  readonly heart: Heart;
  readonly needs: readonly string[];
  /** How long entries are kept for processes that come later, in milliseconds; 0 for stores that can't. */
  readonly retentionMs: number;
  /** Called with each entry, in the order of the log, in every process. */
  readonly onEntry: (entry: FeedEntry) => void;
  readonly onError: (error: unknown) => void;
}

/** How long a request waits for what follows from it. */
const answerMs = 5000;

interface Waiting {
  readonly resolve: () => void;
  readonly timer: Timer;
}

/**
 * Everything that happens, in one order for all processes: a topic of the Heart that every process hears, one that comes
 * later from the beginning.
 */
export class FeedLog extends Cell {
  readonly #options: FeedLogOptions;
  readonly #waiting = new Map<string, Waiting>();
  #artery: Artery | undefined;
  #heard = 0;

  constructor(options: FeedLogOptions) {
    super({ name: 'feed-log', needs: [options.heart, ...options.needs] });
    this.#options = options;
  }

  protected override async onStart({ defer }: StartScope): Promise<void> {
    const { heart, retentionMs } = this.#options;
    heart.declare(FeedEntry, { retentionMs, overflow: 'wait', validate: 'consume' });
    this.#artery = heart.artery(FeedEntry) as Artery;
    defer(this.#artery);
    // One after another: what is told of a quake comes after it.
    defer(
      await heart.subscribe(FeedEntry, ({ data }) => this.#hear(data as FeedEntry), {
        broadcast: true,
        from: 'earliest',
      }),
    );
    defer(() => {
      for (const { resolve } of this.#waiting.values()) resolve();
    });
  }

  #hear(entry: FeedEntry): void {
    this.#heard += 1;
    this.#options.onEntry(entry);
    if (entry.answers !== undefined) this.#waiting.get(entry.answers)?.resolve();
  }

  /** Adds an entry. Failures are reported: nobody waits. */
  append(entry: FeedEntry): void {
    this.#artery?.write(entry).catch(this.#options.onError);
  }

  /** Adds an entry. Resolves when it is stored; waits where the store is slower. */
  async write(entry: FeedEntry): Promise<void> {
    if (this.#artery === undefined) throw new ClosedError('The feed', 'write');
    await this.#artery.write(entry);
  }

  /**
   * Asks for something, and waits until this process has heard what followed, so that whoever asked finds it here.
   *
   * @throws {OrganismError} `SEISMIC_NO_ANSWER` when nothing follows in time: no process leads, or the store is away.
   */
  async ask(request: (id: string) => unknown): Promise<void> {
    const id = this.entropy.uuid();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = this.clock.setTimeout(
      () =>
        reject(
          new OrganismError('SEISMIC_NO_ANSWER', 'Nothing came of it in time. Try again.', {
            status: 503,
            retryable: true,
          }),
        ),
      answerMs,
    );
    this.#waiting.set(id, { resolve, timer });
    try {
      await request(id);
      await promise;
    } finally {
      timer[Symbol.dispose]();
      this.#waiting.delete(id);
    }
  }

  protected override onDescribe(): Partial<Anatomy> {
    return {
      ports: [{ name: FeedEntry.name, direction: 'in', protocol: 'message', shape: { name: FeedEntry.name } }],
      edges: [
        { from: 'heart', to: 'feed-log', label: FeedEntry.name },
        { from: 'feed-log', to: 'bus', label: 'seismic.quake' },
        { from: 'feed-log', to: 'catalogue', label: 'everything' },
        { from: 'feed-log', to: 'live', label: 'everything' },
        { from: 'live', to: 'lung', label: 'pages' },
      ],
      counters: { heard: this.#heard },
    };
  }
}
