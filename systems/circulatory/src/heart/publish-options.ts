import { type Context, OptionError } from '@organism/cell';
import { delay, duration, name } from './check.ts';

/** Options of a publish. */
export interface HeartPublishOptions {
  /** Messages of one key are handled in the order in which they were published. */
  readonly key?: string;
  /**
   * 0 to 9, the highest first; messages of one key keep their order all the same. What a consumer has fetched before
   * (`prefetch`) comes before. Default 4.
   */
  readonly priority?: number;
  /** How long to put it off, in milliseconds. */
  readonly delayMs?: number;
  /** When it is due: milliseconds since the epoch, or a Date. */
  readonly at?: number | Date;
  /** How long after it is due a consumer may still fetch it, in milliseconds. Default: for ever. */
  readonly ttlMs?: number;
  /**
   * Id of the message: publish the same again, with the same id, when you can't know whether the first try went through.
   * Default: a random one, which makes nothing a duplicate.
   */
  readonly id?: string;
  /** Lower-case names. Trace, correlation and causation come from the context. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: the current one, if any. Its deadline is not the message's. */
  readonly context?: Context;
}

/** What came of a publish. */
export interface Published {
  readonly id: string;
  /** True when a message of this id had been published within the window; nothing was stored. */
  readonly duplicate: boolean;
}

/** Numbers of a publish, checked. Times are milliseconds since the epoch. */
export interface Schedule {
  readonly priority: number;
  readonly dueAt: number;
  readonly expiresAt: number;
}

/** The priority of a message that says none, as in JMS. */
export const defaultPriority = 4;

const dueAtOf = ({ delayMs, at }: HeartPublishOptions, now: number): number => {
  if (at === undefined) return delayMs === undefined ? now : now + delay('delayMs', delayMs);
  if (delayMs !== undefined) throw new OptionError('delayMs', 'left out when at is given', delayMs);
  const time = at instanceof Date ? at.getTime() : at;
  if (!Number.isFinite(time)) throw new OptionError('at', 'a time', at);
  return time;
};

/** Checks the options of a publish. @throws {OptionError} `CELL_BAD_OPTION` for a bad one. */
export const schedule = (options: HeartPublishOptions, now: number): Schedule => {
  const { priority = defaultPriority, ttlMs, id, key, headers } = options;
  if (!Number.isSafeInteger(priority) || priority < 0 || priority > 9)
    throw new OptionError('priority', 'a whole number from 0 to 9', priority);
  if (id !== undefined) name('id', id);
  if (key !== undefined) name('key', key);
  if (headers !== undefined && (typeof headers !== 'object' || headers === null))
    throw new OptionError('headers', 'an object', headers);
  for (const [header, value] of Object.entries(headers ?? {})) {
    if (!/^[a-z][a-z0-9-]*$/.test(header)) throw new OptionError('headers', 'of lower-case names', header);
    if (typeof value !== 'string') throw new OptionError(`headers.${header}`, 'a text', value);
  }
  const dueAt = dueAtOf(options, now);
  const expiresAt = ttlMs === undefined ? Infinity : Math.max(dueAt, now) + duration('ttlMs', ttlMs);
  return { priority, dueAt, expiresAt };
};
