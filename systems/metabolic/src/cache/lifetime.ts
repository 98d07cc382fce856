import { OptionError } from '@organism/cell';
import { checkMs, checkText } from '../check.ts';

/** How long a value is kept, and under which tags. All durations are milliseconds; `Infinity` means for ever. */
export interface Lifetime {
  /** How long the value is fresh. Default `Infinity`. */
  readonly ttlMs?: number;
  /** Sliding TTL: the value is no longer fresh when nobody has read it for this long. Default: it does not matter. */
  readonly slidingMs?: number;
  /** Stale-while-revalidate: how long after the TTL the old value is served while a new one is loaded. Default 0. */
  readonly staleMs?: number;
  /** Grace on failure: how long after the TTL the old value is served when loading fails. Default 0. */
  readonly graceMs?: number;
  /** Negative caching: how long it is remembered that there is no value (`undefined`). Default 0: not at all. */
  readonly negativeTtlMs?: number;
  /** Names under which the value can be invalidated together with others. */
  readonly tags?: readonly string[];
}

/** A lifetime with every part given. */
export type FullLifetime = Required<Lifetime>;

const longest = 2 ** 53;

/**
 * Fills in a lifetime from its defaults.
 *
 * @throws {OptionError} that names the field.
 */
export const fillLifetime = (lifetime: Lifetime, defaults: FullLifetime): FullLifetime => {
  const { tags = defaults.tags } = lifetime;
  if (!Array.isArray(tags)) throw new OptionError('tags', 'an array of non-empty strings', tags);
  for (const tag of tags) checkText('tags', tag);
  const ms = (field: 'ttlMs' | 'slidingMs' | 'staleMs' | 'graceMs' | 'negativeTtlMs'): number =>
    lifetime[field] === undefined ? defaults[field] : checkMs(field, lifetime[field]);
  return {
    ttlMs: ms('ttlMs'),
    slidingMs: ms('slidingMs'),
    // Bounded, so that sums and differences of stamps stay numbers.
    staleMs: Math.min(longest, ms('staleMs')),
    graceMs: Math.min(longest, ms('graceMs')),
    negativeTtlMs: ms('negativeTtlMs'),
    tags,
  };
};

/** What holds where nothing else is said: values live until they are evicted. */
export const endless: FullLifetime = {
  ttlMs: Infinity,
  slidingMs: Infinity,
  staleMs: 0,
  graceMs: 0,
  negativeTtlMs: 0,
  tags: [],
};
