import { OrganismError } from '@organism/cell';
import { CarbonDioxide, errorFingerprint, type ErrorAlert, HttpError, Lung, respond } from '@organism/respiratory';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const setUp = (options: ConstructorParameters<typeof CarbonDioxide>[0] = {}) => {
  const clock = new VirtualClock();
  const alerts: ErrorAlert[] = [];
  const errors = new CarbonDioxide({ clock, onAlert: (alert) => alerts.push(alert), ...options });
  return { clock, alerts, errors, kinds: () => alerts.map(({ kind }) => kind) };
};
const lost = (id: number): Error => new Error(`Row ${id} of "user-${id}" is gone.`);

describe('a fingerprint', () => {
  it('is the same whatever ids, numbers and quoted values an error names', () => {
    const prints = [1, 22, 333].map((id) => errorFingerprint(lost(id)));
    expect(new Set(prints).size).toBe(1);
    const uuids = ['0b9c4f1e-1111-4222-8333-444455556666', 'ffffffff-1111-4222-8333-444455556667'];
    expect(new Set(uuids.map((id) => errorFingerprint(new TypeError(`no ${id}`)))).size).toBe(1);
  });

  it('tells codes, names, messages and throwers apart', () => {
    const here = (): Error => new Error('gone');
    const there = (): Error => new Error('gone');
    const all = [
      new HttpError('RESPIRATORY_BAD_URL', 'gone'),
      new HttpError('RESPIRATORY_BAD_JSON', 'gone'),
      new TypeError('gone'),
      new Error('lost'),
      here(),
      there(),
      'a text',
      undefined,
    ];
    expect(new Set(all.map(errorFingerprint)).size).toBe(all.length);
  });

  it('is that of the cause, for what nobody expected', () => {
    const cause = lost(1);
    expect(errorFingerprint(new OrganismError('CELL_UNEXPECTED', 'x', { cause }))).toBe(errorFingerprint(cause));
  });

  it('can be had of anything, quickly', () => {
    fc.assert(fc.property(fc.anything(), (value) => typeof errorFingerprint(value) === 'string'));
    expect(errorFingerprint(new Error('"'.repeat(1_000_000))).length).toBeLessThan(2000);
  });
});

describe('errors', () => {
  it('are grouped, with counts, rates and the last of them', () => {
    const { clock, errors } = setUp();
    for (let id = 0; id < 10; id += 1) errors.record(lost(id), { operation: 'find', correlationId: String(id) });
    errors.record(new HttpError('RESPIRATORY_BAD_URL', 'bad'));
    const [first, second] = errors.groups();
    expect(first).toMatchObject({ count: 10, perMinute: 10, code: 'CELL_UNEXPECTED', status: 500 });
    expect(first?.last.message).toBe('Row 9 of "user-9" is gone.');
    expect(first?.place).toEqual({ operation: 'find', correlationId: '9' });
    expect(second).toMatchObject({ count: 1, code: 'RESPIRATORY_BAD_URL', status: 400 });
    expect(errors.recorded).toBe(11);
    expect(clock.pending).toBe(0);
  });

  it('are forgotten by the rate, not by the count', async () => {
    const { clock, errors } = setUp();
    for (let id = 0; id < 100; id += 1) errors.record(lost(id));
    await clock.advance(60_000);
    expect(errors.groups()[0]?.perMinute).toBeCloseTo(100 / Math.E, 5);
    await clock.advance(3_600_000);
    expect(errors.groups()[0]?.perMinute).toBeLessThan(1e-6);
    expect(errors.groups()[0]).toMatchObject({ count: 100, firstAt: clock.now() - 3_660_000 });
  });

  it('settle at the rate at which they come', async () => {
    const { clock, errors } = setUp({ alertPerMinute: 1000 });
    for (let id = 0; id < 600; id += 1) {
      errors.record(lost(id));
      await clock.advance(1000);
    }
    expect(errors.groups()[0]?.perMinute).toBeGreaterThan(58);
    expect(errors.groups()[0]?.perMinute).toBeLessThan(62);
  });

  it('are kept within bounds: the group that was quiet longest goes', () => {
    const { errors } = setUp({ maxGroups: 3, fingerprint: (error) => (error as Error).message });
    for (const name of ['a', 'b', 'c', 'a', 'd']) errors.record(new Error(name));
    expect(errors.groups().map(({ fingerprint }) => fingerprint)).toEqual(['a', 'c', 'd']);
    expect(errors.forgotten).toBe(1);
  });
});

describe('alerts', () => {
  it('come for the first of a kind, and again once it was resolved', () => {
    const { errors, alerts, kinds } = setUp();
    for (let id = 0; id < 5; id += 1) errors.record(lost(id));
    expect(kinds()).toEqual(['new']);
    expect(errors.resolve(alerts[0]?.group.fingerprint ?? '')).toBe(true);
    expect(errors.resolve('unknown')).toBe(false);
    errors.record(lost(6));
    expect(kinds()).toEqual(['new', 'new']);
  });

  it('come once for a flood, and again after it had calmed', async () => {
    const { clock, errors, kinds } = setUp({ alertPerMinute: 10 });
    for (let id = 0; id < 50; id += 1) errors.record(lost(id));
    expect(kinds()).toEqual(['new', 'rate']);
    await clock.advance(70_000);
    // Not yet below half of it.
    errors.record(lost(0));
    for (let id = 0; id < 20; id += 1) errors.record(lost(id));
    expect(kinds()).toEqual(['new', 'rate']);
    await clock.advance(600_000);
    for (let id = 0; id < 50; id += 1) errors.record(lost(id));
    expect(kinds()).toEqual(['new', 'rate', 'rate']);
  });

  it("don't come for what clients do wrong", () => {
    const { errors, kinds } = setUp({ alertPerMinute: 1 });
    for (let id = 0; id < 100; id += 1) errors.record(new HttpError('RESPIRATORY_BAD_URL', 'bad'));
    expect(kinds()).toEqual([]);
    expect(errors.groups()[0]?.count).toBe(100);
  });

  it('do no harm when whoever hears them fails', () => {
    const { errors } = setUp({
      onAlert: () => {
        throw new Error('pager is down');
      },
    });
    expect(() => errors.record(lost(1))).not.toThrow();
  });
});

it('hears the errors of a server', async () => {
  const { errors } = setUp();
  const broken = respond('GET /rows/:id', ({ params }) => {
    throw lost(Number(params['id']));
  });
  const lung = new Lung({ endpoints: [broken], onError: errors.onHttpError });
  const response = await lung.inject('GET /rows/7');
  expect(await response.json()).not.toHaveProperty('detail');
  expect(errors.groups()[0]).toMatchObject({ count: 1, place: { operation: 'GET /rows/7', protocol: 'http' } });
});

it('names a bad option', () => {
  expect(() => new CarbonDioxide({ maxGroups: 0 })).toThrow(/maxGroups/);
});
