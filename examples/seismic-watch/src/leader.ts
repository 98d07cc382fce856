import { type Anatomy, Cell, sleep, type StartScope } from '@organism/cell';
import { type Heart, LeaseLostError, type Message, type Vein } from '@organism/circulatory';
import { typed } from '@organism/nervous';

/** What a {@link Leader} needs. */
export interface LeaderOptions {
  readonly heart: Heart;
  readonly needs: readonly string[];
  /** Whether another process seems to lead: asked where the store can't tell that the message is there already. */
  readonly isLed?: () => boolean;
  /** This process leads now. What it gives is disposed when it does so no longer. */
  readonly onElected: () => Promise<AsyncDisposable>;
  readonly onError: (error: unknown) => void;
}

/** Whoever holds the one message of this topic leads. */
const Baton = typed<object>('seismic.baton');
/** How long a process that died still counts as the leader. */
const leaseMs = 5000;
/** Longer than a process that plays is silent. */
const listenMs = 1000;

/**
 * Leader election by a consumer group: one message, never acknowledged, that one process holds at a time. When that
 * process stops, or its lease runs out, another gets it. A store that does not know duplicates may come to have two of
 * them: then the process that was elected first resigns, when it hears of the other.
 */
export class Leader extends Cell {
  readonly #options: LeaderOptions;
  #reign: { readonly baton: Message; readonly over: AbortSignal; readonly end: () => Promise<void> } | undefined;
  #elections = 0;

  constructor(options: LeaderOptions) {
    super({ name: 'leader', needs: [options.heart, ...options.needs] });
    this.#options = options;
  }

  /** Whether this process leads. */
  get leads(): boolean {
    return this.#reign !== undefined;
  }

  /** Another process leads too: gives way, and takes the message that made it a leader out of the world. */
  async resign(): Promise<void> {
    const { baton, end } = this.#reign ?? {};
    await end?.();
    await baton?.ack();
  }

  protected override async onStart({ defer }: StartScope): Promise<void> {
    const { heart, onError } = this.#options;
    const stop = new AbortController();
    const vein = await heart.vein(Baton, {
      prefetch: 1,
      ackTimeoutMs: leaseMs,
      maxAttempts: Number.MAX_SAFE_INTEGER,
    });
    const { depth } = await heart.inspect(Baton);
    // Two that begin at once give it the same id, so that there is one.
    if (depth === 0 && !(await this.#isLed())) await heart.publish(Baton, {}, { id: 'baton' });
    const [baton] = await vein.pull({ waitMs: 0 });
    if (baton !== undefined) await this.#begin(baton);
    const running = this.#run(vein, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) onError(error);
    });
    defer(async () => {
      stop.abort();
      const { baton: held } = this.#reign ?? {};
      await this.#reign?.end();
      await running;
      if (held?.settled === undefined) await held?.release().catch(onError);
      await vein.close();
    });
  }

  /** Listens for a while, where it has to. */
  async #isLed(): Promise<boolean> {
    const { isLed } = this.#options;
    if (isLed === undefined) return false;
    await sleep(this.clock, listenMs);
    return isLed();
  }

  async #run(vein: Vein<object>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const reign = this.#reign;
      if (reign !== undefined) {
        // Until its lease has run out, it has resigned, or the app stops.
        const { promise, resolve } = Promise.withResolvers<void>();
        for (const one of [signal, reign.baton.signal, reign.over]) one.addEventListener('abort', () => resolve());
        if (!signal.aborted && !reign.baton.signal.aborted && !reign.over.aborted) await promise;
        if (this.#reign === reign) await reign.end();
      } else {
        const [baton] = await vein.pull({ signal });
        if (baton !== undefined) await this.#begin(baton);
      }
    }
  }

  async #begin(baton: Message): Promise<void> {
    const { onElected, onError } = this.#options;
    // A lease that has run out, as after a long pause of the whole process, ends the reign by the baton's signal.
    const tell = (error: unknown): void => {
      if (!(error instanceof LeaseLostError)) onError(error);
    };
    const keeper = this.clock.setInterval(() => void baton.extend().catch(tell), leaseMs / 3);
    try {
      const work = await onElected();
      this.#elections += 1;
      const over = new AbortController();
      this.#reign = {
        baton,
        over: over.signal,
        end: async () => {
          this.#reign = undefined;
          over.abort();
          keeper[Symbol.dispose]();
          await work[Symbol.asyncDispose]();
        },
      };
    } catch (error) {
      keeper[Symbol.dispose]();
      await baton.release();
      throw error;
    }
  }

  protected override onDescribe(): Partial<Anatomy> {
    return {
      edges: [
        { from: 'heart', to: 'leader', label: Baton.name },
        { from: 'leader', to: 'replay', label: 'leads' },
      ],
      counters: { leads: this.leads ? 1 : 0, elections: this.#elections },
    };
  }
}
