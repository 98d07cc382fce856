import { sleep, systemClock } from '@organism/cell';
import {
  type HeartDriver,
  type Lease,
  MemoryBroker,
  type NewMessage,
  type PublishOrder,
  type PublishOutcome,
  type ReserveOrder,
  type Settlement,
} from '@organism/circulatory';
import { ContractError, ContractLateError, type DriverCheck, heartDriverChecks } from '@organism/circulatory/testing';
import { describe, expect, it } from 'vitest';

/** A store that goes by its own clock, whatever it is told. */
class OwnTime extends MemoryBroker {
  override publish(topic: string, messages: readonly NewMessage[], order: PublishOrder): PublishOutcome {
    return super.publish(topic, messages, { ...order, now: systemClock.now() });
  }

  override reserve(topic: string, group: string, order: ReserveOrder): readonly Lease[] {
    return super.reserve(topic, group, { ...order, now: systemClock.now() });
  }

  override settle(topic: string, group: string, ends: readonly Settlement[]): readonly boolean[] {
    return super.settle(topic, group, ends, systemClock.now());
  }
}

/** One that is slow to answer when it is asked for the second time, as on a machine that stands still. */
const halting = (): HeartDriver => {
  const driver = new OwnTime();
  const answer = driver.reserve.bind(driver);
  let asked = 0;
  return Object.assign(driver, {
    reserve: async (...call: Parameters<HeartDriver['reserve']>): Promise<readonly Lease[]> => {
      asked += 1;
      if (asked === 2) await sleep(systemClock, 600);
      return answer(...call);
    },
  });
};

/** One that gives a failed message again before its time. */
class Hasty extends OwnTime {
  override settle(topic: string, group: string, ends: readonly Settlement[]): readonly boolean[] {
    const early = ends.map((end) => (end.kind === 'retry' ? { ...end, delayMs: end.delayMs / 3 } : end));
    return super.settle(topic, group, early);
  }
}

/** One that never gives a failed message again. */
class Forgetful extends OwnTime {
  override settle(topic: string, group: string, ends: readonly Settlement[]): readonly boolean[] {
    return super.settle(
      topic,
      group,
      ends.map((end) => (end.kind === 'retry' ? { ...end, delayMs: 1e9 } : end)),
    );
  }
}

/** The rule in question, which takes 0.7 s, and how many drivers it was given. */
const checkOf = (
  make: (made: number) => HeartDriver,
  name = 'puts back what failed, after its delay',
): { readonly check: DriverCheck; readonly made: () => number } => {
  let made = 0;
  const check = heartDriverChecks(() => make(made++), { clock: 'store' }).find((one) => one.name === name);
  if (check === undefined) throw new Error(`There is no such rule: ${name}.`);
  return { check, made: () => made };
};

const failure = (check: DriverCheck): Promise<unknown> =>
  check.run().then(
    () => undefined,
    (error: unknown) => error,
  );

describe.concurrent('a driver whose clock is the store’s', () => {
  it('is checked again, anew and slower, when an answer came too late to mean anything', async () => {
    const { check, made } = checkOf((count) => (count === 0 ? halting() : new OwnTime()));
    await check.run();
    expect(made()).toBeGreaterThan(1);
  }, 60_000);

  it('is not called wrong when the machine is too slow at any pace, and the error says so', async () => {
    const wrongAndSlow = (): HeartDriver =>
      Object.assign(new OwnTime(), {
        publish: async (): Promise<PublishOutcome> => {
          await sleep(systemClock, 2000);
          return ['duplicate'];
        },
      } satisfies Partial<HeartDriver>);
    const { check, made } = checkOf(wrongAndSlow);
    const error = await failure(check);
    expect(error).toBeInstanceOf(ContractLateError);
    expect(error).toMatchObject({ code: 'CIRCULATORY_CONTRACT_LATE', cause: expect.any(ContractError) });
    expect(String(error)).toMatch(/expected \["stored"\], got \["duplicate"\].* ms late, and may be 200, .* 9 times/);
    expect(made()).toBe(3);
  }, 60_000);

  it.each<[string, () => HeartDriver, RegExp]>([
    ['gives a message too early', () => new Hasty(), /Before: expected \[\]/],
    ['never gives a message again', () => new Forgetful(), /The second attempt: expected \[2,500\]/],
  ])(
    'is found out when it %s',
    async (_what, make, what) => {
      const error = await failure(checkOf(make).check);
      // Where the machine was late at all paces, it can't be told from one that is.
      expect([ContractError, ContractLateError].some((type) => error instanceof type)).toBe(true);
      expect(String(error)).toMatch(what);
    },
    60_000,
  );
});
