import type { Invalidated, Invalidation, InvalidationBus } from './bus.ts';
import type { CacheEvent } from './stats.ts';

const mostSources = 4096;

/** Notices lost messages by their numbers. */
export class GapDetector {
  readonly #last = new Map<string, number>();

  /** True when a message of this source was lost before this one, or may have been. */
  isGap({ source, sequence }: Invalidation): boolean {
    const last = this.#last.get(source) ?? 0;
    // The most recent source goes last, so that the one forgotten is the one longest silent.
    this.#last.delete(source);
    this.#last.set(source, Math.max(last, sequence));
    if (this.#last.size > mostSources)
      for (const oldest of this.#last.keys()) return this.#forget(oldest, sequence > last + 1);
    return sequence > last + 1;
  }

  #forget(source: string, isGap: boolean): boolean {
    this.#last.delete(source);
    return isGap;
  }
}

/** Options of a {@link BusLink}. */
export interface BusLinkOptions {
  readonly bus: InvalidationBus;
  readonly cache: string;
  readonly makeSource: () => string;
  /** Another process says what is no longer valid. */
  readonly onInvalidated: (what: Invalidated) => void;
  readonly emit: (event: CacheEvent) => void;
}

/** A cache's connection to its bus: numbers what it says, and notices what it did not hear. */
export class BusLink {
  readonly #options: BusLinkOptions;
  #source: string | undefined;
  #sequence = 0;

  constructor(options: BusLinkOptions) {
    this.#options = options;
  }

  /** Tells the other processes. Never rejects. */
  async announce(what: Invalidated): Promise<void> {
    const { bus, cache, makeSource, emit } = this.#options;
    this.#source ??= makeSource();
    this.#sequence += 1;
    try {
      await bus.publish({ cache, source: this.#source, sequence: this.#sequence, ...what });
    } catch (error) {
      emit({ type: 'bus-failed', error });
    }
  }

  /** Listens until the returned handle is disposed. */
  async subscribe(): Promise<AsyncDisposable | Disposable> {
    const gaps = new GapDetector();
    return await this.#options.bus.subscribe({
      message: (message) => this.#onMessage(message, gaps),
      gap: () => this.#onGap('connection'),
    });
  }

  #onMessage(message: Invalidation, gaps: GapDetector): void {
    if (message.cache !== this.#options.cache || message.source === this.#source) return;
    if (gaps.isGap(message)) this.#onGap(message.source);
    this.#options.onInvalidated(message);
  }

  /** Nobody knows what the lost message said: so nothing here is sure. */
  #onGap(source: string): void {
    this.#options.onInvalidated({ all: true });
    this.#options.emit({ type: 'bus-gap', source });
  }
}
