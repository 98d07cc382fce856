import { CapillaryClient, type ClientState, eventStream, longPoll } from '@organism/circulatory/capillary/client';
import type { Alert, Escalation, FeedEntry, Quake, ReplayState } from '../bones.ts';

/** A change in what the page knows. */
export type Change =
  | { readonly kind: 'quake'; readonly quake: Quake; readonly isNew: boolean }
  | { readonly kind: 'alert'; readonly alert: Alert; readonly isNew: boolean }
  | { readonly kind: 'escalation'; readonly escalation: Escalation }
  | { readonly kind: 'replay'; readonly replay: ReplayState }
  | { readonly kind: 'connection'; readonly state: ClientState }
  | { readonly kind: 'reset' };

/** What the page knows, kept up to date over a channel to the server. */
export class Model {
  readonly quakes: Map<string, Quake> = new Map();
  readonly alerts: Map<string, Alert> = new Map();
  replay: ReplayState | undefined;
  readonly #listeners: ((change: Change) => void)[] = [];

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
      transports: [eventStream, longPoll],
      maxDelayMs: 5000,
      onMessage: (entry) => this.#hear(entry as FeedEntry),
      onState: (state) => {
        this.#tell({ kind: 'connection', state });
        if (state === 'open') void this.#catchUp();
      },
      // The server knows nothing of us any more: it may have begun anew as well.
      onReset: () => this.#reset(),
      // The server had more to say than we took.
      onGap: () => void this.#catchUp(),
    });
    client.connect();
    addEventListener('online', () => client.connect());
    // Says so at once, and a server need not wait for a page that is gone.
    addEventListener('pagehide', () => client.close());
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.connect();
    });
  }

  #hear(entry: FeedEntry): void {
    if (entry.kind === 'quake') this.#addQuake(entry.quake, true);
    else if (entry.kind === 'alert') this.#addAlert(entry.alert, true);
    else if (entry.kind === 'escalation') this.#tell(entry);
    else if (entry.kind === 'replay') {
      this.replay = entry.replay;
      this.#tell(entry);
    } else if (entry.kind === 'reset') this.#reset();
  }

  async #catchUp(): Promise<void> {
    try {
      await this.#read();
    } catch {
      // The server is away again; the channel will tell when it is back.
    }
  }

  async #read(): Promise<void> {
    const [quakes, alerts] = await Promise.all([
      fetch('/api/quakes').then(async (response) => (await response.json()) as { quakes: Quake[] }),
      fetch('/api/alerts').then(
        async (response) => (await response.json()) as { alerts: Alert[]; escalations: Escalation[] },
      ),
    ]);
    for (const quake of quakes.quakes.toReversed()) this.#addQuake(quake, false);
    for (const alert of alerts.alerts.toReversed()) this.#addAlert(alert, false);
    for (const escalation of alerts.escalations) this.#tell({ kind: 'escalation', escalation });
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
    this.quakes.clear();
    this.alerts.clear();
    this.#tell({ kind: 'reset' });
  }
}
