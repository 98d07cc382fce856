import { CancelledError } from '@organism/cell';
import { Muscle, need, RollbackError, transaction, type UnitOfWork } from '@organism/muscular';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** A store whose transactions write to a copy. */
class Ledger implements UnitOfWork<Map<string, number>> {
  balances: ReadonlyMap<string, number> = new Map([
    ['ada', 100],
    ['bob', 100],
  ]);
  readonly calls: string[] = [];
  begin(): Map<string, number> {
    this.calls.push('begin');
    return new Map(this.balances);
  }
  commit(tx: Map<string, number>): void {
    this.calls.push('commit');
    this.balances = tx;
  }
  rollback(): void {
    this.calls.push('rollback');
  }
}
interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}
const needs = { tx: need<Map<string, number>>() };
const add = (tx: Map<string, number>, who: string, amount: number): void =>
  void tx.set(who, (tx.get(who) ?? 0) + amount);
const debit = new Muscle({
  name: 'debit',
  needs,
  run: (transfer: Transfer, { needs: { tx } }) => {
    add(tx, transfer.from, -transfer.amount);
    return transfer;
  },
});
const credit = new Muscle({
  name: 'credit',
  needs,
  errors: { BROKE: 'Not enough is left.' },
  run: ({ from, to, amount }: Transfer, { needs: { tx }, fail }) => {
    add(tx, to, amount);
    const left = tx.get(from) ?? 0;
    if (left < 0) throw fail('BROKE');
    return left;
  },
});
const audit = new Muscle({ name: 'audit', run: (left: number) => ({ left }) });

describe('transaction', () => {
  it('takes effect as a whole', async () => {
    const ledger = new Ledger();
    const transfer = transaction({ name: 'transfer', unitOfWork: ledger, steps: [debit, credit, audit] });
    expect(await transfer.execute({ from: 'ada', to: 'bob', amount: 30 })).toEqual({ left: 70 });
    expect([...ledger.balances]).toEqual([
      ['ada', 70],
      ['bob', 130],
    ]);
    expect([debit.counters.executions > 0, ledger.calls]).toEqual([true, ['begin', 'commit']]);
  });

  it('or not at all: whatever fails, no money comes or goes', async () => {
    const transfers = fc.array(fc.record({ amount: fc.integer({ min: 1, max: 150 }), back: fc.boolean() }));
    await fc.assert(
      fc.asyncProperty(transfers, async (list) => {
        const ledger = new Ledger();
        const transfer = transaction({ name: 'transfer', unitOfWork: ledger, steps: [debit, credit] });
        for (const { amount, back } of list) {
          const before = new Map(ledger.balances);
          const [from, to] = back ? ['bob', 'ada'] : ['ada', 'bob'];
          const result = await transfer.attempt({ from, to, amount });
          expect(result.ok).toBe((before.get(from) ?? 0) >= amount);
          if (!result.ok) expect(new Map(ledger.balances)).toEqual(before);
        }
        expect([...ledger.balances.values()].reduce((sum, one) => sum + one, 0)).toBe(200);
      }),
    );
  });

  it('is rolled back when its caller gives up before the commit', async () => {
    const ledger = new Ledger();
    const controller = new AbortController();
    const leave = new Muscle({ name: 'leave', run: (left: number) => (controller.abort(), left) });
    const transfer = transaction({ name: 'transfer', unitOfWork: ledger, steps: [debit, credit, leave] });
    const outcome = transfer.execute({ from: 'ada', to: 'bob', amount: 1 }, { signal: controller.signal });
    await expect(outcome).rejects.toBeInstanceOf(CancelledError);
    expect(ledger.calls).toEqual(['begin', 'rollback']);
  });

  it('tells when a failed commit, or step, could not be rolled back', async () => {
    const unitOfWork: UnitOfWork<Map<string, number>> = {
      begin: () => new Map(),
      commit: () => {
        throw new Error('disk full');
      },
      rollback: () => {
        throw new Error('connection lost');
      },
    };
    const transfer = transaction({ name: 'transfer', unitOfWork, steps: [debit] });
    const error = await transfer.execute({ from: 'a', to: 'b', amount: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RollbackError);
    expect(error).toMatchObject({ cause: { message: 'disk full' }, failure: { message: 'connection lost' } });
  });

  it('refuses another kind of transaction than its steps need, and a unit of work that is none', () => {
    const unitOfWork = { begin: () => 'tx', commit: () => {}, rollback: () => {} };
    // @ts-expect-error: its steps need a map
    transaction({ name: 't', unitOfWork, steps: [debit] });
    expect(() => transaction({ name: 't', unitOfWork: {} as Ledger, steps: [debit] })).toThrow('unitOfWork must be');
    const other = new Muscle({ name: 'other', needs: { db: need<object>() }, run: () => {} });
    // @ts-expect-error: nobody gives it a database
    expect(() => transaction({ name: 't', unitOfWork: new Ledger(), steps: [other] })).toThrow('needs "db"');
  });
});
