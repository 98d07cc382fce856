import { OptionError } from '@organism/cell';
import { compose, Muscle, need, NeedMissingError, onEvent } from '@organism/muscular';
import { typed } from '@organism/nervous';
import { describe, expect, expectTypeOf, it } from 'vitest';

interface Prices {
  of(sku: string): number;
}
class Log {
  readonly lines: string[] = [];
}
const quoteNeeds = { prices: need<Prices>(), log: Log };
const makeQuote = () =>
  new Muscle({
    name: 'quote',
    needs: quoteNeeds,
    run: (sku: string, { needs }) => {
      expectTypeOf(needs.prices).toEqualTypeOf<Prices>();
      needs.log.lines.push(sku);
      return needs.prices.of(sku);
    },
  });
const prices: Prices = { of: (sku) => sku.length };

describe('an operation with needs', () => {
  it('runs with what it was given, all at once or bit by bit', async () => {
    const quote = makeQuote();
    const log = new Log();
    expect(quote.unmet).toEqual(['prices', 'log']);
    expect(await quote.with({ prices, log }).execute('tea')).toBe(3);
    const half = quote.with({ prices });
    expect(half.unmet).toEqual(['log']);
    expect(await half.with({ log }).execute('coffee')).toBe(6);
    expect(log.lines).toEqual(['tea', 'coffee']);
    expect(quote.unmet).toEqual(['prices', 'log']);
  });

  it('can be given them for one call', async () => {
    const log = new Log();
    expect(await makeQuote().executeWith({ prices, log }, 'tea')).toBe(3);
    expect(await makeQuote().with({ log }).executeWith({ prices }, 'tea')).toBe(3);
  });

  it('is refused by the compiler, and at run time, as long as one is missing', async () => {
    const quote = makeQuote();
    // @ts-expect-error: it lacks prices and log
    await expect(quote.execute('tea')).rejects.toThrow('Muscle "quote" needs "prices", "log"');
    // @ts-expect-error: it lacks the log
    await expect(quote.with({ prices }).execute('tea')).rejects.toBeInstanceOf(NeedMissingError);
    // @ts-expect-error: an operation that can't run can't be joined to anything
    onEvent(typed<string>('asked'), quote);
    expect(quote.counters.executions).toBe(0);
  });

  it('refuses at composition what is missing, of another class, or was never declared', () => {
    const quote = makeQuote();
    // @ts-expect-error: undefined is no price list
    expect(() => quote.with({ prices: undefined })).toThrow(NeedMissingError);
    // @ts-expect-error: a price list is no log
    expect(() => quote.with({ log: prices })).toThrow('needs.log must be of class Log; got object.');
    expect(() => quote.with({ clock: 1 } as never)).toThrow(
      'needs.clock must be declared by Muscle "quote"; got number.',
    );
    // @ts-expect-error: a text declares nothing
    expect(() => new Muscle({ name: 'x', needs: { db: 'db' }, run: () => {} })).toThrow(OptionError);
  });

  it('is composed with others: each gets what it declared', async () => {
    const log = new Log();
    const idle = new Muscle({ name: 'idle', run: () => 'idle' });
    const shop = compose({ quote: makeQuote(), idle }, { prices, log });
    expect(await shop.quote.execute('tea')).toBe(3);
    expect(await shop.idle.execute()).toBe('idle');
    // @ts-expect-error: the log is missing
    expect(() => compose({ quote: makeQuote() }, { prices })).toThrow('Muscle "quote" needs "log"');
  });
});
