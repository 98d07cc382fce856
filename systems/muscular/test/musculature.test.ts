import { CompositionError, OptionError, Organism, toMermaid } from '@organism/cell';
import { Muscle, Musculature, need, NeedMissingError, sequence } from '@organism/muscular';
import { describe, expect, it } from 'vitest';

const parse = new Muscle({ name: 'parse', run: (text: string) => Number(text) });
const double = new Muscle({ name: 'double', run: (n: number) => 2 * n });

describe('Musculature', () => {
  it('draws the operations of a body, groups with their members and joins', async () => {
    const both = sequence({ name: 'both', steps: [parse, double] });
    const muscles = new Musculature({ muscles: [both, double] });
    const body = new Organism({ name: 'shop', cells: [muscles] });
    await both.execute('2');
    expect(muscles.describe()).toMatchObject({
      name: 'operations',
      kind: 'Musculature',
      counters: { executions: 2, failures: 0, underWay: 0 },
      children: [
        { name: 'both', kind: 'sequence' },
        { name: 'double', kind: 'Muscle' },
      ],
    });
    const drawing = toMermaid(body.describe());
    expect(drawing).toContain('both · sequence');
    expect(drawing).toMatch(/parse · Muscle/);
    expect(drawing).not.toContain('External');
  });

  it('refuses two of one name, what lacks something, and what is no operation', () => {
    const needy = new Muscle({ name: 'needy', needs: { db: need<object>() }, run: () => {} });
    expect(() => new Musculature({ muscles: [parse, parse] })).toThrow(CompositionError);
    // @ts-expect-error: it lacks its database
    expect(() => new Musculature({ muscles: [needy] })).toThrow(NeedMissingError);
    expect(() => new Musculature({ muscles: [(() => {}) as never] })).toThrow(OptionError);
  });
});
