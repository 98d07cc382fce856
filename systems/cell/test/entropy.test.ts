import { systemEntropy } from '@organism/cell';
import { expect, test } from 'vitest';

test('the system’s entropy gives numbers, bytes and ids', () => {
  const { bytes, random, uuid } = systemEntropy;
  expect(random() >= 0 && random() < 1).toBe(true);
  expect([bytes(0).length, bytes(33).length]).toEqual([0, 33]);
  expect(uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(Array.from({ length: 100 }, () => uuid())).size).toBe(100);
});

test('gives more bytes than the host does in one go', () => {
  const bytes = systemEntropy.bytes(200_000);
  expect(bytes).toHaveLength(200_000);
  expect(bytes.subarray(150_000).some((byte) => byte !== 0)).toBe(true);
});
