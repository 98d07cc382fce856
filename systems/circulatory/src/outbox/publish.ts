import { type Clock, messageOf, OrganismError } from '@organism/cell';
import { ClosedError, HeartDriverError } from '../errors.ts';
import type { BatchEntry, Heart } from '../heart/heart.ts';
import { readBody } from './entry.ts';
import type { OutboxRecord } from './store.ts';

/** What a relay needs of a Heart. */
export type OutboxTarget = Pick<Heart, 'publishBatch'>;

/** What became of records that were published together. */
export interface Relayed {
  /** Those that are with the broker, or need not go there any more. */
  readonly done: readonly number[];
  readonly duplicates: number;
  readonly expired: number;
  readonly failed: readonly { readonly record: OutboxRecord; readonly error: unknown }[];
  /** Why the rest was not tried. */
  readonly stopped: { readonly error: unknown } | undefined;
}

/** Whether a message will never be taken, however often it is tried. */
export const isPermanent = (error: unknown): boolean =>
  error instanceof SyntaxError ||
  (error instanceof OrganismError &&
    !error.retryable &&
    !(error instanceof HeartDriverError) &&
    !(error instanceof ClosedError));

/** The reason of a failure, as it is stored. */
export const reasonOf = (error: unknown): string => {
  const code = error instanceof OrganismError ? `${error.code}: ` : '';
  return `${code}${messageOf(error)}`.slice(0, 1000);
};

const toBatch = ({ id, key, body }: OutboxRecord, now: number): BatchEntry<unknown> | undefined => {
  const { value, headers, priority, at, expiresAt } = readBody(body);
  if (expiresAt !== undefined && expiresAt <= now) return undefined;
  return {
    value,
    id,
    headers,
    ...(key !== undefined && { key }),
    ...(priority !== undefined && { priority }),
    ...(at !== undefined && { at }),
    ...(expiresAt !== undefined && { ttlMs: expiresAt - Math.max(at ?? now, now) }),
  };
};

/** Publishes records in their order, those of one topic that follow each other in one batch. */
export class OutboxPublisher {
  readonly #heart: OutboxTarget;
  readonly #clock: Clock;
  readonly #isPermanent: (error: unknown) => boolean;

  constructor(heart: OutboxTarget, clock: Clock, permanent: (error: unknown) => boolean) {
    this.#heart = heart;
    this.#clock = clock;
    this.#isPermanent = permanent;
  }

  async publish(records: readonly OutboxRecord[]): Promise<Relayed> {
    const done: number[] = [];
    const failed: { record: OutboxRecord; error: unknown }[] = [];
    let [duplicates, expired] = [0, 0];
    const attempt = async (run: readonly OutboxRecord[]): Promise<void> => {
      const now = this.#clock.now();
      const entries = run.map((record) => toBatch(record, now)).filter((entry) => entry !== undefined);
      const [first] = run;
      if (entries.length > 0 && first !== undefined) {
        const published = await this.#heart.publishBatch(first.topic, entries);
        duplicates += published.filter(({ duplicate }) => duplicate).length;
      }
      expired += run.length - entries.length;
      done.push(...run.map(({ seq }) => seq));
    };
    const attemptAlone = async (record: OutboxRecord): Promise<void> => {
      try {
        await attempt([record]);
      } catch (error) {
        if (!this.#isPermanent(error)) throw error;
        failed.push({ record, error });
      }
    };
    try {
      for (const run of runs(records)) {
        try {
          await attempt(run);
        } catch (error) {
          if (!this.#isPermanent(error)) throw error;
          // One of them is the culprit; the others go.
          for (const record of run) await attemptAlone(record);
        }
      }
    } catch (error) {
      return { done, duplicates, expired, failed, stopped: { error } };
    }
    return { done, duplicates, expired, failed, stopped: undefined };
  }
}

const runs = (records: readonly OutboxRecord[]): readonly (readonly OutboxRecord[])[] => {
  const all: OutboxRecord[][] = [];
  for (const record of records) {
    const last = all.at(-1);
    if (last?.[0]?.topic === record.topic) last.push(record);
    else all.push([record]);
  }
  return all;
};
