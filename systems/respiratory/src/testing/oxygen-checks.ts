import { systemClock } from '@organism/cell';
import type { ConnectScope, OxygenDriver } from '../oxygen/driver.ts';
import { ContractError, type DriverCheck } from './check.ts';

/** Drivers to check: one whose server answers, and one whose server is not there. */
export interface OxygenDriverSubjects<Client, Connection> {
  readonly up: () => OxygenDriver<Client, Connection>;
  /** The same with an address where nobody listens. */
  readonly down: () => OxygenDriver<Client, Connection>;
}

const holds = (what: string, fact: boolean): void => {
  if (!fact) throw new ContractError(what);
};

const rejects = async (what: string, work: () => Promise<unknown>): Promise<void> => {
  try {
    await work();
  } catch {
    return;
  }
  throw new ContractError(what);
};

const scope = (signal: AbortSignal = new AbortController().signal): ConnectScope => ({
  signal,
  clock: systemClock,
  onError: () => {},
  onLost: () => {},
});
const never = new AbortController().signal;

/**
 * Conformance suite of the {@link OxygenDriver} port: one check per rule, for any test runner. It needs the real server.
 *
 * @example
 * ```ts
 * import { oxygenDriverChecks } from '@organism/respiratory/testing';
 *
 * const lit = new Set<object>();
 * const checks = oxygenDriverChecks({
 *   up: () => ({
 *     kind: 'light',
 *     connect: async ({ signal }) => {
 *       signal.throwIfAborted();
 *       const light = {};
 *       lit.add(light);
 *       return light;
 *     },
 *     check: async (light) => {
 *       if (!lit.has(light)) throw new Error('dark');
 *     },
 *     close: async (light) => void lit.delete(light),
 *   }),
 *   down: () => ({ kind: 'light', connect: () => Promise.reject(new Error('dark')), check: async () => {}, close: async () => {} }),
 * });
 * for (const { run } of checks) await run();
 * ```
 */
export const oxygenDriverChecks = <Client, Connection>({
  up,
  down,
}: OxygenDriverSubjects<Client, Connection>): readonly DriverCheck[] => [
  {
    name: 'connects, is alive, and is not once closed',
    run: async () => {
      const driver = up();
      holds('It has a kind.', driver.kind !== '');
      const client = await driver.connect(scope());
      await driver.check(client, never);
      await driver.close(client);
      await rejects('A closed client must not say that it is alive.', () => driver.check(client, never));
    },
  },
  {
    name: 'connects more than once',
    run: async () => {
      const driver = up();
      const clients = [await driver.connect(scope()), await driver.connect(scope())] as const;
      await driver.close(clients[0]);
      await driver.check(clients[1], never);
      await driver.close(clients[1]);
    },
  },
  {
    name: 'rejects where no server is',
    run: async () => await rejects('It must not connect to nobody.', () => down().connect(scope())),
  },
  {
    name: 'rejects an attempt that is no longer wanted',
    run: async () => {
      const driver = up();
      await rejects('An aborted attempt must reject.', () => driver.connect(scope(AbortSignal.abort())));
    },
  },
  {
    name: 'gives each caller a connection of its own, where it has a pool',
    run: async () => {
      const driver = up();
      const client = await driver.connect(scope());
      try {
        if (driver.acquire === undefined) return;
        const [one, two] = [await driver.acquire(client), await driver.acquire(client)];
        holds('Two callers have two connections.', one.connection !== two.connection);
        await one.release(false);
        await two.release(true);
        const again = await driver.acquire(client);
        holds('A broken connection is not given again.', again.connection !== two.connection);
        await again.release(false);
        const counts = driver.counts?.(client);
        if (counts !== undefined) holds('All are idle once they are back.', counts.idle === counts.open);
        await driver.check(client, never);
      } finally {
        await driver.close(client);
      }
    },
  },
];
