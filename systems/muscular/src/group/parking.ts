/** A compensation that failed for good: what somebody must still put right. Plain data but for the error. */
export interface ParkedCompensation {
  /** Unique; a random UUID. */
  readonly id: string;
  readonly saga: string;
  /** The step whose effect is still there. */
  readonly step: string;
  /** The saga's input, and what its steps had given until it failed. */
  readonly state: Readonly<Record<string, unknown>>;
  /** Why the step failed, when it is one that failed itself but may have had an effect. */
  readonly stepError?: unknown;
  /** Why the compensation failed. */
  readonly error: unknown;
  /** Why the saga failed. */
  readonly cause: unknown;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly correlationId: string;
}

/** Where compensations are put that failed for good: a port. Default: a {@link ParkingList}, in memory. */
export interface Parking {
  /** Keeps one. */
  park(entry: ParkedCompensation): unknown;
  /** Forgets one, as it has come through after all. */
  release(id: string): unknown;
}

/** Compensations that failed for good, kept in memory. */
export class ParkingList implements Parking {
  readonly #entries = new Map<string, ParkedCompensation>();

  /** Those that wait to be put right, the oldest first. */
  get entries(): readonly ParkedCompensation[] {
    return [...this.#entries.values()];
  }

  park(entry: ParkedCompensation): void {
    this.#entries.set(entry.id, entry);
  }

  release(id: string): void {
    this.#entries.delete(id);
  }
}
