import type { Alert, Escalation, Quake, ReplayState } from '../bones.ts';

/** A change in what the page knows. */
export type Change =
  | { readonly kind: 'quake'; readonly quake: Quake; readonly isNew: boolean }
  | { readonly kind: 'alert'; readonly alert: Alert; readonly isNew: boolean }
  | { readonly kind: 'escalation'; readonly escalation: Escalation }
  | { readonly kind: 'replay'; readonly replay: ReplayState }
  | { readonly kind: 'connection'; readonly connected: boolean }
  | { readonly kind: 'reset' };

/** What the page knows, kept up to date by the server's event stream. */
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

  /** Opens the stream, and reads what happened before it each time it (re)connects. */
  connect(): void {
    const source = new EventSource('/api/stream');
    const on = <T>(type: string, handle: (data: T) => void): void =>
      source.addEventListener(type, (event: MessageEvent<string>) => handle(JSON.parse(event.data) as T));
    source.addEventListener('open', () => {
      this.#tell({ kind: 'connection', connected: true });
      void this.#catchUp();
    });
    source.addEventListener('error', () => this.#tell({ kind: 'connection', connected: false }));
    on<Quake>('quake', (quake) => this.#addQuake(quake, true));
    on<Alert>('alert', (alert) => this.#addAlert(alert, true));
    on<Escalation>('escalation', (escalation) => this.#tell({ kind: 'escalation', escalation }));
    on<ReplayState>('replay', (replay) => {
      this.replay = replay;
      this.#tell({ kind: 'replay', replay });
    });
    on('reset', () => this.#reset());
  }

  async #catchUp(): Promise<void> {
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
