import type { Alert, AlertList, Escalation, ImportList, ImportState, Quake, QuakeList, QuakeQuery } from './bones.ts';

/** Longest history of earthquakes, so that a replay left running never fills the memory. */
export const mostQuakes: number = 20_000;
const mostAlerts = 1000;
const mostImports = 50;

/** What has been seen so far, in memory. */
export class Catalogue {
  readonly #quakes = new Map<string, Quake>();
  #alerts: Alert[] = [];
  /** By the alert's id. They outlive the alerts: a replay that starts over does not forget what was acknowledged. */
  readonly #escalations = new Map<string, Escalation>();

  readonly #imports = new Map<string, ImportState>();

  /** Adds a quake; one with the same id replaces the older. */
  addQuake(quake: Quake): void {
    this.#quakes.delete(quake.id);
    this.#quakes.set(quake.id, quake);
    if (this.#quakes.size > mostQuakes) {
      for (const [oldest] of this.#quakes) {
        this.#quakes.delete(oldest);
        break;
      }
    }
  }

  /** Whether a quake is known. */
  hasQuake(id: string): boolean {
    return this.#quakes.has(id);
  }

  /** Whether an alert is known. */
  hasAlert(id: string): boolean {
    return this.#alerts.some((alert) => alert.id === id);
  }

  addAlert(alert: Alert): void {
    this.#alerts.push(alert);
    if (this.#alerts.length > mostAlerts) this.#alerts = this.#alerts.slice(-mostAlerts);
  }

  /** Whether an escalation has begun for an alert. */
  hasEscalation(alert: string): boolean {
    return this.#escalations.has(alert);
  }

  /** Notes where an escalation stands. */
  addEscalation(escalation: Escalation): void {
    this.#escalations.delete(escalation.alert);
    this.#escalations.set(escalation.alert, escalation);
    for (const [oldest] of this.#escalations) {
      if (this.#escalations.size <= mostAlerts) return;
      this.#escalations.delete(oldest);
    }
  }

  /** Notes where an import stands. It outlives a replay that starts over, as the file is still there. */
  addImport(state: ImportState): void {
    this.#imports.delete(state.id);
    this.#imports.set(state.id, state);
    for (const [oldest] of this.#imports) {
      if (this.#imports.size <= mostImports) return;
      this.#imports.delete(oldest);
    }
  }

  imports(): ImportList {
    return { imports: [...this.#imports.values()].toReversed() };
  }

  quakes({ minMagnitude, since, limit }: QuakeQuery): QuakeList {
    const matching: Quake[] = [];
    for (const quake of this.#quakes.values())
      if (quake.magnitude >= minMagnitude && quake.time >= since) matching.push(quake);
    matching.sort((a, b) => b.time - a.time);
    return { total: matching.length, quakes: matching.slice(0, limit) };
  }

  alerts(): AlertList {
    const escalations = this.#alerts.flatMap(({ id }) => this.#escalations.get(id) ?? []);
    return { total: this.#alerts.length, alerts: this.#alerts.toReversed(), escalations };
  }

  get counts(): { readonly quakes: number; readonly alerts: number } {
    return { quakes: this.#quakes.size, alerts: this.#alerts.length };
  }

  clear(): void {
    this.#quakes.clear();
    this.#alerts = [];
  }
}
