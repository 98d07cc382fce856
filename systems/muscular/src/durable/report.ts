import type { Failure } from './errors.ts';
import type { Entry, RunRecord, Story } from './journal.ts';
import { fromText } from './json.ts';
import type { RunEvent, RunReport, RunSummary } from './run-handle.ts';

/** A journal's record, readable. */
export const summaryOf = (record: RunRecord): RunSummary => {
  const { input, outcome, ...rest } = record;
  const [given, value] = [fromText(input), fromText(outcome)];
  return {
    ...rest,
    ...(given !== undefined && { input: given }),
    ...(value !== undefined && (record.status === 'completed' ? { result: value } : { failure: asFailure(value) })),
  };
};

const asFailure = (value: unknown): Failure => value as Failure;

const eventOf = ({ value: text, failed, ...rest }: Entry): RunEvent => {
  const value = fromText(text);
  if (failed) return { ...rest, failure: asFailure(value) };
  return value === undefined ? rest : { ...rest, value };
};

/** A journal's story, readable. */
export const reportOf = ({ run, entries, signals }: Story): RunReport => ({
  ...summaryOf(run),
  events: entries.map(eventOf),
  signals,
});
