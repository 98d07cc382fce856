import { OptionError } from '@organism/cell';
import { Bone } from '@organism/skeletal';
import type { Envelope } from '@organism/circulatory';
import { jsonEnvelopes } from '@organism/circulatory';
import {
  DamagedMessageError,
  type EncryptionOptions,
  hemoglobin,
  NotEncryptedError,
  UnknownFormatError,
  UnknownKeyError,
  UnknownSchemaError,
} from '@organism/circulatory/hemoglobin';
import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Payment = new Bone('shop.payment', z.object({ card: z.string(), cents: z.int() }));
const envelope: Envelope = {
  id: 'p-1',
  type: 'shop.payment',
  source: '/shop',
  time: '2026-01-01T00:00:00.000Z',
  data: { card: '4111 1111 1111 1111', cents: 990 },
  headers: { 'x-tenant': 'lisbon' },
};

const k1 = Buffer.alloc(32, 1);
const k2 = Buffer.alloc(32, 2);
const bones = [Payment];
const codec = hemoglobin({ bones, encryption: { current: 'k1', keys: { k1 } } });

describe('an encrypted message', () => {
  it('shows nothing of what is in it, and is never the same twice', () => {
    const one = Buffer.from(codec.encode(envelope));
    const other = Buffer.from(codec.encode(envelope));
    for (const secret of ['4111', 'p-1', 'lisbon', '/shop', 'card']) expect(one.includes(secret)).toBe(false);
    expect(one.equals(other)).toBe(false);
    expect(codec.decode(one)).toEqual(envelope);
    expect(codec.decode(Uint8Array.from(other))).toEqual(envelope);
  });

  it('is what its documentation says, byte by byte', () => {
    const bytes = Buffer.from(
      hemoglobin({ format: 'json', encryption: { current: 'k1', keys: { k1 } } }).encode(envelope),
    );
    expect([...bytes.subarray(0, 3)]).toEqual([0xc1, 0x10, 0b100]);
    expect(bytes.toString('latin1', 3, 6)).toBe('\u0002k1');
    const decipher = createDecipheriv('aes-256-gcm', k1, bytes.subarray(6, 18)).setAAD(bytes.subarray(0, 18));
    decipher.setAuthTag(bytes.subarray(-16));
    const text = Buffer.concat([decipher.update(bytes.subarray(18, -16)), decipher.final()]).toString();
    expect(JSON.parse(text)).toEqual(envelope);
  });

  it('is read under an old key while new ones are written under another', () => {
    const old = codec.encode(envelope);
    const rotated = hemoglobin({
      bones,
      encryption: { current: 'k2', keys: { k1: k1.toString('base64'), k2: k2.toString('base64url') } },
    });
    expect(rotated.decode(old)).toEqual(envelope);
    const fresh = rotated.encode(envelope);
    expect(rotated.decode(fresh)).toEqual(envelope);
    expect(() => codec.decode(fresh)).toThrow(UnknownKeyError);
    const without = hemoglobin({ bones });
    expect(() => without.decode(fresh)).toThrow(UnknownKeyError);
  });

  it('is refused under another key of the same id', () => {
    const bytes = hemoglobin({ bones, encryption: { current: 'k1', keys: { k1: k2 } } }).encode(envelope);
    expect(() => codec.decode(bytes)).toThrow(DamagedMessageError);
  });

  it('is refused when any bit of it is changed, of its header too', () => {
    const bytes = codec.encode(envelope);
    for (let at = 0; at < bytes.length; at += 1)
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Uint8Array.from(bytes).with(at, (bytes[at] ?? 0) ^ (1 << bit));
        let error: unknown;
        try {
          codec.decode(changed);
        } catch (thrown) {
          error = thrown;
        }
        const typed = [DamagedMessageError, UnknownFormatError, UnknownKeyError, UnknownSchemaError, NotEncryptedError];
        expect(typed.some((one) => error instanceof one)).toBe(true);
      }
  });

  it('is refused when it is cut short, wherever', () => {
    const bytes = codec.encode(envelope);
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = bytes.slice(0, length);
      expect(() => codec.decode(cut)).toThrow();
    }
  });

  it('can not be passed off as one of another Bone, or as one in the clear', () => {
    const Other = new Bone('shop.refund', z.object({ card: z.string(), cents: z.int() }));
    const both = { bones: [Payment, Other], encryption: { current: 'k1', keys: { k1 } } };
    const payment = Buffer.from(hemoglobin(both).encode(envelope));
    const refund = hemoglobin(both).encode({ ...envelope, type: 'shop.refund' });
    const forged = Buffer.concat([payment.subarray(0, 3), refund.subarray(3, 9), payment.subarray(9)]);
    expect(() => hemoglobin(both).decode(forged)).toThrow(DamagedMessageError);

    const plain = hemoglobin({ bones }).encode(envelope);
    for (const body of [plain, jsonEnvelopes.encode(envelope), 'x']) {
      expect(() => codec.decode(body)).toThrow(NotEncryptedError);
      expect(() => codec.decode(body)).toThrow(/takes encrypted ones only/);
    }
  });

  it('may come beside messages in the clear, while a store moves', () => {
    const moving = hemoglobin({ bones, encryption: { current: 'k1', keys: { k1 }, acceptPlain: true } });
    for (const body of [hemoglobin({ bones }).encode(envelope), jsonEnvelopes.encode(envelope), codec.encode(envelope)])
      expect(moving.decode(body)).toEqual(envelope);
  });

  it('is compressed before it is encrypted', () => {
    const long = { ...envelope, data: { card: '4'.repeat(50_000), cents: 1 } };
    const small = hemoglobin({ bones, compression: 'zstd', encryption: { current: 'k1', keys: { k1 } } });
    expect(small.encode(long).length).toBeLessThan(500);
    expect(codec.decode(small.encode(long))).toEqual(long);
  });
});

it('takes keys of 32 bytes and says which is wrong, but never a key', () => {
  const bad: EncryptionOptions[] = [
    { current: 'k1', keys: { k1: Buffer.alloc(16) } },
    { current: 'k1', keys: { k1: 'hunter2-hunter2-hunter2-hunter2-hunter2' } },
    { current: 'k1', keys: { k1: `${Buffer.alloc(32).toString('base64')}AAAA` } },
    { current: 'k9', keys: { k1 } },
    { current: 'k 1', keys: { 'k 1': k1 } },
    { current: 'k1', keys: undefined as unknown as Record<string, string> },
  ];
  for (const encryption of bad) {
    expect(() => hemoglobin({ encryption })).toThrow(OptionError);
    expect(() => hemoglobin({ encryption })).not.toThrow(/hunter2/);
  }
});
