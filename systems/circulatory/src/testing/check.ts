import { OrganismError, sleep, systemClock } from '@organism/cell';
import type { HeartDriver, Lease, NewMessage, PublishOrder, ReserveOrder } from '../heart/driver.ts';
import type { RuleTime } from './time.ts';

/** A driver that breaks a rule of its port. Code `CIRCULATORY_CONTRACT`. */
export class ContractError extends OrganismError {
  constructor(what: string, expected: unknown, got: unknown) {
    super('CIRCULATORY_CONTRACT', `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}.`);
  }
}

/** @throws {ContractError} unless both have the same JSON. */
export const same = (what: string, got: unknown, expected: unknown): void => {
  if (JSON.stringify(got) !== JSON.stringify(expected)) throw new ContractError(what, expected, got);
};

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
): Promise<readonly Lease[]> => {
  const leases = [...(await driver.reserve(topic, 'g', order))];
  for (let tries = 0; leases.length < count && tries < time.tries; tries += 1) {
    await sleep(systemClock, 50);
    const more = { ...order, now: time.now(), max: order.max - leases.length };
    leases.push(...(await driver.reserve(topic, 'g', more)));
  }
  return leases;
};
