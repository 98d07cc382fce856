import type { Entry, EntryKind, RunRecord, RunStatus, SignalRecord } from './journal.ts';

/** A row of a database: columns as they are named in the schema. */
export type Row = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

/** A row of the table of runs. */
export const toRecord = (row: Row): RunRecord => ({
  id: String(row['id']),
  workflow: String(row['workflow']),
  version: Number(row['version']),
  status: row['status'] as RunStatus,
  input: text(row['input']),
  outcome: text(row['outcome']),
  createdAt: Number(row['created_at']),
  updatedAt: Number(row['updated_at']),
});

/** A row of the table of entries. */
export const toEntry = (row: Row): Entry => ({
  ordinal: Number(row['ordinal']),
  position: Number(row['position']),
  issued: Number(row['issued']),
  kind: row['kind'] as EntryKind,
  name: String(row['name']),
  value: text(row['value']),
  failed: Boolean(row['failed']),
  at: Number(row['at']),
});

/** A row of the table of signals, with the id of its run as `run`. */
export const toSignal = (row: Row): SignalRecord => ({
  run: String(row['run']),
  id: String(row['id']),
  name: String(row['name']),
  payload: text(row['payload']),
  at: Number(row['at']),
});
