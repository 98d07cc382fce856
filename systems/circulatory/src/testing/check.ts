import { OrganismError } from '@organism/cell';
import type { HeartDriver, Lease, MaybePromise, NewMessage, PublishOrder, ReserveOrder } from '../heart/driver.ts';
import type { RuleTime } from './time.ts';

/** A driver that breaks a rule of its port. Code `CIRCULATORY_CONTRACT`. */
export class ContractError extends OrganismError {
  constructor(what: string, expected: unknown, got: unknown) {
    super('CIRCULATORY_CONTRACT', `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}.`);
  }
}

/**
 * A rule that could not be checked: what it saw is wrong, but also later than it had to be, however slowly it went. Its
 * `cause` is what was wrong. Code `CIRCULATORY_CONTRACT_LATE`.
 */
export class ContractLateError extends OrganismError {
  constructor(cause: unknown, lateMs: number, allowedMs: number, scale: number) {
    const what = cause instanceof Error ? cause.message : String(cause);
    const late = `The machine was ${Math.ceil(lateMs)} ms late, and may be ${allowedMs}, with time slowed ${scale} times`;
    super('CIRCULATORY_CONTRACT_LATE', `${what} ${late}: no proof against the driver. Check it where less goes on.`, {
      cause,
      retryable: true,
    });
  }
}

const isSame = (got: unknown, expected: unknown): boolean => JSON.stringify(got) === JSON.stringify(expected);

/** @throws {ContractError} unless both have the same JSON. */
export const same = (what: string, got: unknown, expected: unknown): void => {
  if (!isSame(got, expected)) throw new ContractError(what, expected, got);
};

/** Like {@link same}, but where a store has a clock of its own it may take a while. */
export const becomes = async (
  what: string,
  time: RuleTime,
  look: () => MaybePromise<unknown>,
  expected: unknown,
): Promise<void> =>
  same(
    what,
    await time.until(
      async () => await look(),
      (got) => isSame(got, expected),
    ),
    expected,
  );

/** @throws {ContractError} unless the fact holds. */
export const holds = (what: string, fact: boolean): void => same(what, fact, true);

/** Topic of the checks. */
export const topic = 'orders';

/** A message that carries a text. */
export const message = (
  driver: HeartDriver,
  text: string,
  now: number,
  other: Partial<Omit<NewMessage, 'body'>> = {},
): NewMessage => {
  const time = new Date(now).toISOString();
  const { id = `id-${text}`, key } = other;
  const envelope = {
    id,
    type: topic,
    source: 'check',
    time,
    data: text,
    ...(key !== undefined && { key }),
    headers: {},
  };
  return {
    id,
    key: undefined,
    priority: 4,
    publishedAt: now,
    dueAt: now,
    expiresAt: Infinity,
    uniqueUntil: 0,
    ...other,
    body: driver.keeps === 'values' ? envelope : JSON.stringify(envelope),
  };
};

/** The text that a body carries. */
export const textOf = ({ body }: Pick<Lease, 'body'>): string => {
  const isWritten = typeof body === 'string' || body instanceof Uint8Array;
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : body;
  const envelope = isWritten ? (JSON.parse(text as string) as { readonly data: unknown }) : body;
  return String(envelope.data);
};

/** The texts of bodies. */
export const textsOf = (bodies: readonly Pick<Lease, 'body'>[]): string[] => bodies.map(textOf);

/** How to publish, where a check does not care. */
export const unbounded = (now: number, other: Partial<PublishOrder> = {}): PublishOrder => ({
  now,
  maxDepth: Infinity,
  shed: false,
  retentionMs: 0,
  ...other,
});

/** How to lease, where a check does not care: for a second. */
export const leasing = (now: number, other: Partial<ReserveOrder> = {}): ReserveOrder => ({
  now,
  max: 100,
  leaseMs: 1000,
  maxAttempts: 5,
  ...other,
});

/**
 * Leases so many messages that must be there: at one go, or, where the store has a clock of its own, as soon as it has noticed
 * that they are due.
 */
export const take = async (
  driver: HeartDriver,
  time: RuleTime,
  count: number,
  order: ReserveOrder,
  group = 'g',
): Promise<readonly Lease[]> => {
  const leases: Lease[] = [];
  let { now } = order;
  const look = async (): Promise<number> => {
    leases.push(...(await driver.reserve(topic, group, { ...order, now, max: order.max - leases.length })));
    now = time.now();
    return leases.length;
  };
  await time.until(look, (taken) => taken >= count);
  return leases;
};
