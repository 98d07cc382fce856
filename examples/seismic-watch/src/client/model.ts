import { CapillaryClient, type ClientState } from '@organism/circulatory/capillary/client';
import type { Alert, Escalation, FeedEntry, ImportState, Quake, ReplayState } from '../bones.ts';

/** A change in what the page knows. */
export type Change =
  | { readonly kind: 'quake'; readonly quake: Quake; readonly isNew: boolean }
  | { readonly kind: 'alert'; readonly alert: Alert; readonly isNew: boolean }
  | { readonly kind: 'escalation'; readonly escalation: Escalation }
  | { readonly kind: 'import'; readonly import: ImportState }
  | { readonly kind: 'replay'; readonly replay: ReplayState }
  | { readonly kind: 'connection'; readonly state: ClientState; readonly transport: string | undefined }
  | { readonly kind: 'reset' };

const retryMs = 1000;

const readJson = async <T>(url: string): Promise<T> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.json()) as T;
};

/** What the page knows, kept up to date over a channel to the server. */
export class Model {
  readonly quakes: Map<string, Quake> = new Map();
  readonly alerts: Map<string, Alert> = new Map();
  replay: ReplayState | undefined;
  readonly #listeners: ((change: Change) => void)[] = [];
  #client: CapillaryClient | undefined;
  /** What came since it was last uncertain whether the server still knows what we do; undefined when it is certain. */
  #sinceDoubt: FeedEntry[] | undefined;
  /** Counts how often all began anew. */
  #era = 0;
  #isReading = false;
  #isWanted = false;

  /** Calls `listener` at every change. */
  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** Opens the channel, and reads what happened before it, and while it was broken. */
  connect(): void {
    const client = new CapillaryClient({
      url: new URL('/api/live', location.href).href,
      maxDelayMs: 5000,
      onMessage: (entry) => this.#hear(entry as FeedEntry),
      onState: (state) => {
        this.#tell({ kind: 'connection', state, transport: client.transport });
        if (state === 'open') this.#catchUp();
      },
      // The server knows nothing of us any more: it may have begun anew as well.
      onReset: () => this.#doubt(),
      // The server had more to say than we took.
      onGap: () => {
        this.#doubt();
        this.#catchUp();
      },
    });
    this.#client = client;
    client.connect();
    addEventListener('online', () => client.connect());
    // Says so at once, and a server need not wait for a page that is gone.
    addEventListener('pagehide', () => client.close());
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.connect();
    });
  }

  #doubt(): void {
    this.#sinceDoubt ??= [];
  }

  #hear(entry: FeedEntry): void {
    this.#sinceDoubt?.push(entry);
    if (entry.kind === 'quake') this.#addQuake(entry.quake, true);
    else if (entry.kind === 'alert') this.#addAlert(entry.alert, true);
    else if (entry.kind === 'escalation' || entry.kind === 'import') this.#tell(entry);
    else if (entry.kind === 'replay') {
      this.replay = entry.replay;
      this.#tell(entry);
    } else if (entry.kind === 'reset') this.#reset();
  }

  /** Reads all, and once more for who asked meanwhile. */
  #catchUp(): void {
    this.#isWanted = true;
    if (!this.#isReading) void this.#readAll();
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      try {
        await this.#read();
      } catch {
        // Away again: the channel tells when it is back.
        if (this.#client?.state !== 'open') break;
        this.#isWanted = true;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    this.#isReading = false;
  }

  async #read(): Promise<void> {
    const era = this.#era;
    const [{ quakes }, { alerts, escalations }, { imports }] = await Promise.all([
      readJson<{ quakes: Quake[] }>('/api/quakes?limit=20000'),
      readJson<{ alerts: Alert[]; escalations: Escalation[] }>('/api/alerts'),
      readJson<{ imports: ImportState[] }>('/api/imports'),
    ]);
    // All began anew while this was on its way.
    if (era !== this.#era) return this.#read();
    const since = this.#sinceDoubt;
    this.#sinceDoubt = undefined;
    const isOutdated = since !== undefined && this.#knowsMoreThan(quakes, alerts, since);
    if (isOutdated) this.#reset();
    for (const quake of quakes.toReversed()) this.#addQuake(quake, false);
    for (const alert of alerts.toReversed()) this.#addAlert(alert, false);
    for (const escalation of escalations) this.#tell({ kind: 'escalation', escalation });
    for (const one of imports) this.#tell({ kind: 'import', import: one });
    if (isOutdated) for (const entry of since) this.#hear(entry);
  }

  /** Whether the server lacks something that we had before it was in doubt. */
  #knowsMoreThan(quakes: readonly Quake[], alerts: readonly Alert[], since: readonly FeedEntry[]): boolean {
    const theirs = new Set([...quakes, ...alerts].map(({ id }) => id));
    for (const entry of since) {
      if (entry.kind === 'quake') theirs.add(entry.quake.id);
      else if (entry.kind === 'alert') theirs.add(entry.alert.id);
    }
    return [...this.quakes.keys(), ...this.alerts.keys()].some((id) => !theirs.has(id));
  }

  #addQuake(quake: Quake, isNew: boolean): void {
    if (this.quakes.has(quake.id)) return;
    this.quakes.set(quake.id, quake);
    this.#tell({ kind: 'quake', quake, isNew });
  }

  #addAlert(alert: Alert, isNew: boolean): void {
    if (this.alerts.has(alert.id)) return;
    this.alerts.set(alert.id, alert);
    this.#tell({ kind: 'alert', alert, isNew });
  }

  #reset(): void {
    this.#era += 1;
    this.quakes.clear();
    this.alerts.clear();
    this.#tell({ kind: 'reset' });
  }
}
