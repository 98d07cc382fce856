import { type HealthStatus, worstStatus } from '@organism/cell';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

test('the worst status is fail before warn before pass; of none it is pass', () => {
  expect(worstStatus([])).toBe('pass');
  const status = fc.constantFrom<HealthStatus>('pass', 'warn', 'fail');
  fc.assert(
    fc.property(fc.array(status), (statuses) => {
      const expected = (['fail', 'warn'] as const).find((one) => statuses.includes(one)) ?? 'pass';
      expect(worstStatus(new Set(statuses))).toBe(expected);
      expect(worstStatus(statuses)).toBe(expected);
    }),
  );
});
