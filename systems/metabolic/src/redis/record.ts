import type { RecordCodec } from '../cache/codec.ts';
import { isStoredEntry, type StoredEntry } from '../cache/entry.ts';

/** An entry with the marks that its tags had, and the cache's own mark. */
export interface RedisRecord {
  readonly entry: StoredEntry;
  readonly generation: string;
  /** In the order of the entry's tags. */
  readonly marks: readonly string[];
}

/** Reads a record; undefined for anything that is none, since others may write into a shared server. */
export const readRecord = (text: unknown, codec: RecordCodec): RedisRecord | undefined => {
  if (typeof text !== 'string') return undefined;
  let found: Partial<RedisRecord> | null;
  try {
    found = codec.decode(text) as Partial<RedisRecord> | null;
  } catch {
    return undefined;
  }
  const { entry, generation, marks } = found ?? {};
  if (typeof generation !== 'string' || !Array.isArray(marks)) return undefined;
  return isStoredEntry(entry) && (entry.tags ?? []).length === marks.length ? { entry, generation, marks } : undefined;
};
