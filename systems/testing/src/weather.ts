import type { Chance } from './chance.ts';
import type { FaultKind, FaultPlan, Span } from './fault-plan.ts';

/** What all sources of faults of one simulation share: chance, counts, and whether there are any at all. */
export class Weather {
  /** Rates where a port's own plan names none. */
  readonly defaults: FaultPlan;
  readonly counts: Partial<Record<FaultKind, number>> = {};
  /** No more faults, not even for calls under way. */
  calm = false;
  readonly #chance: Chance;
  readonly #log: (event: string) => void;

  constructor(defaults: FaultPlan, chance: Chance, log: (event: string) => void) {
    this.defaults = defaults;
    this.#chance = chance;
    this.#log = log;
  }

  /** Whether something of this probability comes about; draws nothing for what can't. */
  draw(rate = 0): boolean {
    return rate > 0 && !this.calm && this.#chance.boolean(rate);
  }

  /** A delay in milliseconds, noted unless it is none. */
  delay(name: string, span: Span): number {
    if (this.calm || span === 0) return 0;
    const ms = typeof span === 'number' ? span : this.#chance.integer(...span);
    if (ms > 0) this.note(`${name} ${ms} ms`, 'delay');
    return ms;
  }

  /** Counts a fault, and writes it to the trace. */
  note(what: string, kind: FaultKind): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    this.#log(`fault: ${kind} ${what}`);
  }

  /** Ends all faults. */
  clear(): void {
    this.calm = true;
    this.#log('faults: calm');
  }
}
