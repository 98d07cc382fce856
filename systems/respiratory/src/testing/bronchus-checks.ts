import { Context, OrganismError, sleep, systemClock } from '@organism/cell';
import { Muscle } from '@organism/muscular';
import { Bone, ValidationError } from '@organism/skeletal';
import { array, literal, number, object, string } from 'zod';
import type { AnyMuscle } from '../bronchi/muscles.ts';
import { ContractError, type DriverCheck } from './check.ts';

const Order = new Bone(
  'check.order',
  object({ id: string().min(1), count: number().max(10), tags: array(string()), note: string().nullable() }),
);
const Wish = new Bone('check.wish', object({ what: string() }));
const Nothing = new Bone('check.nothing', object({ done: literal('yes') }));

/** What the operation that waits saw of one call. */
interface Sight {
  readonly correlation: string;
  readonly deadline: number | undefined;
  /** When it began. */
  readonly at: number;
  readonly signal: AbortSignal;
}

interface Offered {
  readonly muscles: readonly AnyMuscle[];
  /** Calls of the operation that waits, by what they wish. */
  readonly sights: ReadonlyMap<string, Sight>;
}

const offer = (): Offered => {
  const sights = new Map<string, Sight>();
  const echo = new Muscle({ name: 'check.echo', input: Order, output: Order, run: (order) => order });
  const fail = new Muscle({
    name: 'check.fail',
    input: Wish,
    output: Nothing,
    errors: {
      SOLD_OUT: { message: 'Nothing is left.', status: 409, data: new Bone('check.left', object({ left: number() })) },
    },
    run: ({ what }, { fail: declared }) => {
      if (what === 'declared') throw declared('SOLD_OUT', { left: 0 });
      if (what === 'forbidden')
        throw new OrganismError('CHECK_FORBIDDEN', 'You may not.', { status: 403, details: { password: 'secret' } });
      throw new Error('password=secret');
    },
  });
  const wait = new Muscle({
    name: 'check.wait',
    input: Wish,
    output: Nothing,
    run: async ({ what }, { signal, context: { correlationId: correlation, deadline } }) => {
      sights.set(what, { correlation, deadline, at: systemClock.now(), signal });
      await new Promise<void>((_resolve, reject) => {
        const onAbort = (): void => reject(signal.reason as Error);
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort, { once: true });
      });
      return { done: 'yes' as const };
    },
  });
  return { muscles: [echo, fail, wait], sights };
};

/** One protocol under test: a server that offers the operations, and a client for it. */
export interface BronchusSubject extends AsyncDisposable {
  /** Calls an operation as the protocol's own client does; rejects with what the client makes of an error. */
  call(
    operation: AnyMuscle,
    input: unknown,
    options: { readonly signal?: AbortSignal; readonly context?: Context },
  ): Promise<unknown>;
}

const same = (what: string, got: unknown, expected: unknown): void => {
  if (JSON.stringify(got) !== JSON.stringify(expected))
    throw new ContractError(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}.`);
};

/** Waits until a fact comes true. Both ends are real, and may be slow; that it never does is found after ten seconds. */
const soon = async (what: string, fact: () => boolean): Promise<void> => {
  for (let tries = 0; !fact() && tries < 2000; tries += 1) await sleep(systemClock, 5);
  if (!fact()) throw new ContractError(what);
};

/** What the operation that waits saw of a call, as soon as it began. */
const sightOf = async ({ sights }: Offered, what: string): Promise<Sight> => {
  await soon('The operation must begin.', () => sights.has(what));
  return sights.get(what) as Sight;
};

const cancelled = ({ signal }: Sight): Promise<void> => soon('The operation must be cancelled.', () => signal.aborted);

const failure = async (call: Promise<unknown>): Promise<OrganismError> => {
  try {
    const value = await call;
    throw new ContractError(`Expected an error, got ${JSON.stringify(value)}.`);
  } catch (error) {
    if (error instanceof ContractError || !(error instanceof OrganismError))
      throw error instanceof ContractError
        ? error
        : new ContractError(`Expected an OrganismError, got ${String(error)}.`);
    return error;
  }
};

/** What two clients must agree on. */
const facts = ({ code, status, title }: OrganismError): unknown => ({ code, status, title });

/** A deadline that no machine is too slow for, and that servers don't shorten, in milliseconds from now. */
const farMs = 25_000;

/** By how much a deadline may be off by itself: whole milliseconds, on either side. */
const roundingMs = 2;

type Rule = (subject: BronchusSubject, offered: Offered) => Promise<void>;

const operation = ({ muscles }: Offered, name: string): AnyMuscle => {
  const found = muscles.find((muscle) => muscle.name === `check.${name}`);
  if (found === undefined) throw new ContractError(`No operation ${name}.`);
  return found;
};

const rules: Readonly<Record<string, Rule>> = {
  'gives what the operation gives': async (subject, offered) => {
    const order = { id: 'ü "1"\n', count: -0.5, tags: ['a', ''], note: null };
    same('The answer', await subject.call(operation(offered, 'echo'), order, {}), order);
  },
  'answers an input that does not fit by field and rule': async (subject, offered) => {
    const order = { id: 'a', count: 11, tags: [], note: null };
    const error = await failure(subject.call(operation(offered, 'echo'), order, {}));
    if (!(error instanceof ValidationError)) throw new ContractError(`Expected a ValidationError, got ${error.code}.`);
    same(
      'Its paths',
      error.issues.map(({ path }) => path),
      [['count']],
    );
    same('Its status', error.status, 422);
  },
  'answers a declared failure with its code, status and data': async (subject, offered) => {
    const error = await failure(subject.call(operation(offered, 'fail'), { what: 'declared' }, {}));
    same('The error', facts(error), { code: 'SOLD_OUT', status: 409, title: 'Sold out' });
    same('Its message', error.message, 'Nothing is left.');
    same('Its data', error.extensions['data'], { left: 0 });
  },
  'answers an error of ours with its code and status, and nothing private': async (subject, offered) => {
    const error = await failure(subject.call(operation(offered, 'fail'), { what: 'forbidden' }, {}));
    same('The error', facts(error), { code: 'CHECK_FORBIDDEN', status: 403, title: 'Check forbidden' });
    same('What is private', JSON.stringify([error.extensions, error.details]).includes('secret'), false);
  },
  'says nothing of an unexpected error': async (subject, offered) => {
    const error = await failure(subject.call(operation(offered, 'fail'), { what: 'unexpected' }, {}));
    same('The error', facts(error), { code: 'CELL_UNEXPECTED', status: 500, title: 'Unexpected error' });
    same('What it says', JSON.stringify([error.message, error.extensions]).includes('secret'), false);
  },
  'cancels the operation when its caller leaves': async (subject, offered) => {
    const abort = new AbortController();
    const call = failure(subject.call(operation(offered, 'wait'), { what: 'left' }, { signal: abort.signal }));
    const sight = await sightOf(offered, 'left');
    same('Its signal', sight.signal.aborted, false);
    abort.abort();
    same('The error', (await call).code, 'CELL_CANCELLED');
    await cancelled(sight);
  },
  'hands on deadline and correlation': async (subject, offered) => {
    const abort = new AbortController();
    const sent = systemClock.now();
    using context = new Context({ correlationId: 'check-1', deadline: sent + farMs });
    const options = { context, signal: abort.signal };
    const call = failure(subject.call(operation(offered, 'wait'), { what: 'told' }, options));
    const sight = await sightOf(offered, 'told');
    abort.abort();
    await call;
    same('The correlation', sight.correlation, 'check-1');
    // The time that is left goes over the wire: by as long as that takes, and by no more, the deadline is later.
    const late = (sight.deadline ?? Infinity) - (sent + farMs);
    if (late < -roundingMs || late > sight.at - sent + roundingMs)
      throw new ContractError(`The deadline is ${late} ms off, where the call took ${sight.at - sent} ms to arrive.`);
  },
  'gives up at the deadline, on both sides': async (subject, offered) => {
    // Where the time was up before the operation began, the call says nothing of it; the next has twice as much.
    for (let ms = 25; ms <= 6400; ms *= 2) {
      const what = `within ${ms} ms`;
      using context = new Context({ deadline: systemClock.now() + ms });
      const error = await failure(subject.call(operation(offered, 'wait'), { what }, { context }));
      same('The status', error.status, 504);
      const sight = offered.sights.get(what);
      if (sight !== undefined) return await cancelled(sight);
    }
    throw new ContractError('The operation must begin.');
  },
};

/**
 * Conformance suite of protocol adapters: the same operation answers the same way, errors included, whichever protocol
 * carries the call. `open` makes a server that offers the operations, and a client for it.
 */
export const bronchusChecks = (
  open: (muscles: readonly AnyMuscle[]) => Promise<BronchusSubject>,
): readonly DriverCheck[] =>
  Object.entries(rules).map(([name, rule]) => ({
    name,
    run: async () => {
      const offered = offer();
      await using subject = await open(offered.muscles);
      await rule(subject, offered);
    },
  }));
