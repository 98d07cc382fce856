import { Bone } from '@organism/skeletal';
import { hemoglobin } from '@organism/circulatory/hemoglobin';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Reading = new Bone(
  'sea.reading',
  z.object({
    buoy: z.string(),
    waves: z.array(z.object({ height: z.number(), at: z.iso.datetime() })),
    note: z.string().optional(),
  }),
);

const envelope = {
  id: 'm-1',
  type: 'sea.reading',
  source: '/buoys',
  time: '2026-01-01T00:00:00.000Z',
  data: { buoy: 'B7', waves: [{ height: 2.5, at: '2026-01-01T00:00:00Z' }] },
  headers: { traceparent: 't', 'x-correlation-id': 'c' },
  key: 'B7',
};

describe('a message of wire version 1', () => {
  // Written by the first release. Stores are full of such: never change these, only add a version.
  const written = {
    msgpack: [
      'wREIlfOmP4r7QaNtLTHApi9idW95c7gyMDI2LTAxLTAxVDAwOjAwOjAwLjAwMFpKokI3kUnLQAQAAAAAAAC0MjAyNi',
      '0wMS0wMVQwMDowMDowMFpEoXShY6JCNw==',
    ].join(''),
    json: [
      'wRAAeyJpZCI6Im0tMSIsInR5cGUiOiJzZWEucmVhZGluZyIsInNvdXJjZSI6Ii9idW95cyIsInRpbWUiOiIyMDI2LT',
      'AxLTAxVDAwOjAwOjAwLjAwMFoiLCJkYXRhIjp7ImJ1b3kiOiJCNyIsIndhdmVzIjpbeyJoZWlnaHQiOjIuNSwiYXQi',
      'OiIyMDI2LTAxLTAxVDAwOjAwOjAwWiJ9XX0sImhlYWRlcnMiOnsidHJhY2VwYXJlbnQiOiJ0IiwieC1jb3JyZWxhdG',
      'lvbi1pZCI6ImMifSwia2V5IjoiQjcifQ==',
    ].join(''),
    protobuf: [
      'wRIACgNtLTESC3NlYS5yZWFkaW5nGgYvYnVveXMiGDIwMjYtMDEtMDFUMDA6MDA6MDAuMDAwWioCQjcyEAoLdHJhY2',
      'VwYXJlbnQSAXQyFQoQeC1jb3JyZWxhdGlvbi1pZBIBYzolCgJCNxIfCQAAAAAAAARAEhQyMDI2LTAxLTAxVDAwOjAw',
      'OjAwWg==',
    ].join(''),
    compressed: [
      'wREJlfOmP4r7H4sIAAAAAAAAA3NcnKtreGCZflJpfmXxDiMDIzNdA0NdA8MQAwMrMNIzMDCI8lrkZD7R87QDCwMYbM',
      'GiLsplYcnC5EVO5gC1qUhBUgAAAA==',
    ].join(''),
    encrypted: [
      'wREMlfOmP4r7AmsxAAECAwQFBgcICQoLWSKEXSzJf2YVx4rlkeBeytMKm74pT0cAQv5TgL7nVzXuQXbSp5V7X7bSUv',
      '+Xt7Ez9DBcedRh1qZDeZm8ke0r/hl/M4aqYyKgGG/jHUUuSCDoZdsbdKiteSK2vcyLFLwB5uU=',
    ].join(''),
  };
  const codec = hemoglobin({
    bones: [Reading],
    encryption: { current: 'k1', keys: { k1: Buffer.alloc(32, 7) }, acceptPlain: true },
  });

  it.each(Object.entries(written))('%s: is read by every later release', (_name, base64) => {
    expect(codec.decode(Buffer.from(base64, 'base64'))).toEqual(envelope);
  });

  it('is written as then', () => {
    const plain = hemoglobin({ bones: [Reading] }).encode(envelope);
    expect(Buffer.from(plain).toString('base64')).toBe(written.msgpack);
    const protobuf = hemoglobin({ bones: [Reading], format: 'protobuf' }).encode(envelope);
    expect(Buffer.from(protobuf).toString('base64')).toBe(written.protobuf);
  });
});
