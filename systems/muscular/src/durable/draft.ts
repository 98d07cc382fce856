import { failureOf, StepError } from './errors.ts';
import { asJson, type Json, toText } from './json.ts';
import type { AppendWrite, CreateWrite, Entry, EntryKind, FinishWrite, TransactionWrite } from './journal.ts';
import type { Call } from './replay.ts';

/** An entry whose ordinal is given when its group of writes is made up. */
interface EntryDraft extends Entry {
  ordinal: number;
  issued: number;
  readonly kind: EntryKind;
}

/** An answer on its way into the journal. */
interface AppendDraft extends AppendWrite {
  readonly entry: EntryDraft;
  readonly call: Call | undefined;
  /** What the workflow gets when it is in the journal: a value, or an error. */
  readonly live: unknown;
}

/** A transaction on its way. */
interface TransactionDraft<Tx> extends TransactionWrite<Tx> {
  ordinal: number;
  issued: number;
  readonly call: Call;
  /** Set by `perform` or `refuse`. */
  failed: boolean;
  live: unknown;
}

/** Any write of a run on its way. */
export type Draft<Tx> = AppendDraft | TransactionDraft<Tx> | CreateWrite | FinishWrite;

/** An answer to a call; its ordinal and how many calls there were are given later. */
export const entryFor = (
  { position, kind, name }: Call,
  value: string | null,
  failed: boolean,
  at: number,
): EntryDraft => ({
  ordinal: 0,
  position,
  issued: 0,
  kind,
  name,
  value,
  failed,
  at,
});

/** Work that commits together with its answer. */
export const draftTransaction = <Tx>(
  run: string,
  call: Call,
  work: (tx: Tx) => unknown,
  now: () => number,
): TransactionDraft<Tx> => {
  const settle = ({ ordinal, issued }: TransactionDraft<Tx>, value: string | null, failed: boolean): Entry => ({
    ...entryFor(call, value, failed, now()),
    ordinal,
    issued,
  });
  return {
    type: 'transaction',
    run,
    ordinal: 0,
    issued: 0,
    call,
    failed: false,
    live: undefined,
    perform(tx) {
      const accept = (result: unknown): Entry => {
        this.live = asJson(result, `the result of step "${call.name}"`);
        this.failed = false;
        return settle(this, toText(this.live as Json | undefined), false);
      };
      const result = work(tx);
      return result instanceof Promise ? result.then(accept) : accept(result);
    },
    refuse(error) {
      const failure = failureOf(error);
      this.failed = true;
      this.live = new StepError(call.name, failure);
      return settle(this, JSON.stringify(failure), true);
    },
  };
};
