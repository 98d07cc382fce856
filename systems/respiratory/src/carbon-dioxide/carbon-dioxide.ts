import { type Clock, OptionError, type OrganismError, systemClock, toOrganismError } from '@organism/cell';
import { errorFingerprint } from './fingerprint.ts';

/** Where an error came up. */
export interface ErrorPlace {
  /** The operation, or method and path. */
  readonly operation?: string;
  /** `http`, `graphql`, `grpc`, `websocket`, … */
  readonly protocol?: string;
  readonly correlationId?: string;
}

/** Errors of one fingerprint. */
export interface ErrorGroup {
  readonly fingerprint: string;
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  readonly count: number;
  /** How many a minute there are now: an average that forgets, with a time constant of one minute. */
  readonly perMinute: number;
  /** Milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** The last one; for logs and people who look into it, never for clients. */
  readonly last: OrganismError;
  readonly place: ErrorPlace;
}

/** Why somebody is told. */
export interface ErrorAlert {
  /** `new`: the first of its kind. `rate`: more a minute than `alertPerMinute`. */
  readonly kind: 'new' | 'rate';
  readonly group: ErrorGroup;
}

/** Options of a {@link CarbonDioxide}. */
export interface CarbonDioxideOptions {
  /** Alerts of kind `rate` come above this; a group that has alerted does so again after it fell below half. Default 60. */
  readonly alertPerMinute?: number;
  /** Errors of a lower status are counted, and alert nobody: they are the clients' own. Default 500. */
  readonly alertFromStatus?: number;
  readonly onAlert?: (alert: ErrorAlert) => void;
  /** Groups that are kept; the one that has been quiet longest goes first. Default 500. */
  readonly maxGroups?: number;
  /** What makes two errors the same. Default {@link errorFingerprint}. */
  readonly fingerprint?: (error: unknown) => string;
  readonly clock?: Clock;
}

interface Counted {
  group: ErrorGroup;
  rate: number;
  isLoud: boolean;
}

const minuteMs = 60_000;

const positive = (name: string, value: number): number => {
  if (typeof value !== 'number' || !(value > 0)) throw new OptionError(name, 'a number above 0', value);
  return value;
};

/**
 * Error aggregation: gathers what goes wrong, whichever protocol it came by, into groups of one cause, with counts and
 * rates, and tells somebody of new ones and of floods. Memory is bounded.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { CarbonDioxide, Lung, respond } from '@organism/respiratory';
 *
 * const alerts: string[] = [];
 * const errors = new CarbonDioxide({ onAlert: ({ kind, group }) => alerts.push(`${kind} ${group.last.message}`) });
 * const broken = respond('GET /:id', ({ params }) => {
 *   throw new Error(`no row ${params['id']}`);
 * });
 * const lung = new Lung({ endpoints: [broken], onError: errors.onHttpError });
 * for (const id of [1, 2, 3]) await lung.inject(`GET /${id}`);
 * assert.deepEqual(alerts, ['new no row 1']);
 * assert.deepEqual(errors.groups().map(({ count, place }) => [count, place.operation]), [[3, 'GET /3']]);
 * ```
 */
export class CarbonDioxide {
  /** By fingerprint; the one that was met last stands last. */
  readonly #counted = new Map<string, Counted>();
  readonly #alertPerMinute: number;
  readonly #alertFromStatus: number;
  readonly #maxGroups: number;
  readonly #onAlert: ((alert: ErrorAlert) => void) | undefined;
  readonly #fingerprint: (error: unknown) => string;
  readonly #clock: Clock;
  /** Errors recorded. */
  recorded = 0;
  /** Groups that were forgotten for want of room. */
  forgotten = 0;

  constructor(options: CarbonDioxideOptions = {}) {
    this.#alertPerMinute = positive('alertPerMinute', options.alertPerMinute ?? 60);
    this.#alertFromStatus = positive('alertFromStatus', options.alertFromStatus ?? 500);
    this.#maxGroups = positive('maxGroups', options.maxGroups ?? 500);
    this.#onAlert = options.onAlert;
    this.#fingerprint = options.fingerprint ?? errorFingerprint;
    this.#clock = options.clock ?? systemClock;
  }

  /** Counts an error. Returns its group as it is now. Never throws. */
  record(thrown: unknown, place: ErrorPlace = {}): ErrorGroup {
    const last = toOrganismError(thrown);
    const fingerprint = this.#fingerprint(thrown);
    const now = this.#clock.now();
    const known = this.#counted.get(fingerprint);
    this.recorded += 1;
    const rate = known === undefined ? 1 : decayed(known, now) + 1;
    const { code, status } = last;
    const group: ErrorGroup = {
      fingerprint,
      code,
      status,
      count: (known?.group.count ?? 0) + 1,
      perMinute: rate,
      firstAt: known?.group.firstAt ?? now,
      lastAt: now,
      last,
      place,
    };
    const counted: Counted = { group, rate, isLoud: known?.isLoud ?? false };
    this.#counted.delete(fingerprint);
    this.#counted.set(fingerprint, counted);
    this.#forget();
    this.#alert(counted, known === undefined);
    return group;
  }

  #forget(): void {
    if (this.#counted.size <= this.#maxGroups) return;
    const [quietest] = this.#counted.keys();
    if (quietest !== undefined) this.#counted.delete(quietest);
    this.forgotten += 1;
  }

  #alert(counted: Counted, isNew: boolean): void {
    const { group, rate } = counted;
    const wasLoud = counted.isLoud;
    counted.isLoud = rate > this.#alertPerMinute || (wasLoud && rate > this.#alertPerMinute / 2);
    if (group.status < this.#alertFromStatus) return;
    if (isNew) this.#tell({ kind: 'new', group });
    if (counted.isLoud && !wasLoud) this.#tell({ kind: 'rate', group });
  }

  #tell(alert: ErrorAlert): void {
    try {
      this.#onAlert?.(alert);
    } catch {
      // Whoever is told of failures must not add one.
    }
  }

  /** All groups, the most frequent first. */
  groups(): readonly ErrorGroup[] {
    const now = this.#clock.now();
    return [...this.#counted.values()]
      .map((counted) => ({ ...counted.group, perMinute: decayed(counted, now) }))
      .toSorted((one, other) => other.perMinute - one.perMinute || other.count - one.count);
  }

  /** Forgets a group, so that its next error is new: it is mended, say. Returns whether there was one. */
  resolve(fingerprint: string): boolean {
    return this.#counted.delete(fingerprint);
  }

  /** For `onError` of a Lung. */
  readonly onHttpError = (
    error: OrganismError,
    { method, path, id }: { readonly method: string; readonly path: string; readonly id: string },
  ): void => void this.record(error, { operation: `${method} ${path}`, protocol: 'http', correlationId: id });
}

/** A rate after the time that has passed since it was true. */
const decayed = ({ group, rate }: Counted, now: number): number =>
  rate * Math.exp(-Math.max(0, now - group.lastAt) / minuteMs);
