import type { DriverFeature } from '../heart/driver.ts';

/** What rules need of a driver besides what all can do. */
export const needsOf: Readonly<Record<string, readonly DriverFeature[]>> = {
  'keeps handled messages for groups to come, as long as told': ['retention'],
  'handles higher priorities first': ['priority'],
  'puts off what is not due': ['delay'],
  'drops what has expired': ['expiry'],
  'takes an id once in its window': ['deduplication'],
  'takes an id once in its window, in a batch': ['deduplication', 'batch'],
  'refuses what is over its bound': ['bound'],
  'refuses a batch that is over its bound, all or nothing': ['bound', 'batch'],
  'sheds lower priorities where it may': ['bound', 'shed', 'priority'],
  'keeps the order of a key over lease ends, delays and expiry': ['delay', 'expiry'],
  'replays what has expired as if it had no end': ['expiry'],
  'keeps the ids of what it took': ['deduplication'],
};
