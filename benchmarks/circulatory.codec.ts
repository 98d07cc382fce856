import type { Envelope } from '@organism/circulatory';
import { hemoglobin } from '@organism/circulatory/hemoglobin';
import { Bone } from '@organism/skeletal';
import { Decoder, Encoder } from '@msgpack/msgpack';
import { Encoder as CborEncoder } from 'cbor-x';
import { Packr } from 'msgpackr';
import assert from 'node:assert/strict';
import { z } from 'zod';
import type { Benchmark, Case, Figure, Peer, Work } from './lib/benchmark.ts';
import { versionOf } from './lib/version.ts';

const Quake = new Bone(
  'seismic.quake',
  z.object({
    id: z.string(),
    magnitude: z.number(),
    depthKm: z.number(),
    place: z.string(),
    reporter: z.object({ network: z.string(), stations: z.number(), reviewed: z.boolean() }),
  }),
);

/** Envelopes of about 300 bytes in JSON, as a Heart makes them. */
const envelopes: readonly Envelope[] = Array.from({ length: 64 }, (_, index) => ({
  id: `0a4c8f2e-5d1b-4c3e-9f60-3b8a7c2d1e0f-${index.toString(36)}`,
  type: 'seismic.quake',
  source: '/seismic-watch',
  time: new Date(1_767_225_600_000 + index).toISOString(),
  data: {
    id: `us7000${index}`,
    magnitude: 4 + (index % 30) / 10,
    depthKm: 10 + index,
    place: `${index} km E of Hualien City, Taiwan`,
    reporter: { network: 'us', stations: 80 + index, reviewed: index % 2 === 0 },
  },
  key: 'hualien',
  headers: {},
}));

interface Contender {
  readonly name: string;
  readonly package: string;
  readonly encode: (envelope: Envelope) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
  readonly goals?: { readonly time: number; readonly bytes: number };
}

const codec = hemoglobin({ bones: [Quake] });

const msgpackr = (): Contender => {
  // Shared structures, learnt from the first message and known to the reader: its own best way.
  const packr = new Packr({ structures: [] });
  return {
    name: 'msgpackr, shared structures',
    package: 'msgpackr',
    encode: (envelope) => packr.pack(envelope),
    decode: (bytes) => packr.unpack(bytes) as unknown,
    goals: { time: 1.2, bytes: 1.1 },
  };
};

const cbor = (): Contender => {
  const encoder = new CborEncoder({ structures: [] });
  return {
    name: 'cbor-x, shared structures',
    package: 'cbor-x',
    encode: (envelope) => encoder.encode(envelope),
    decode: (bytes) => encoder.decode(bytes) as unknown,
  };
};

const msgpack = (): Contender => {
  const [encoder, decoder] = [new Encoder(), new Decoder()];
  return {
    name: '@msgpack/msgpack',
    package: '@msgpack/msgpack',
    encode: (envelope) => encoder.encode(envelope),
    decode: (bytes) => decoder.decode(bytes),
  };
};

const json: Contender = {
  name: 'JSON',
  package: 'node',
  encode: (envelope) => Buffer.from(JSON.stringify(envelope)),
  decode: (bytes) => JSON.parse((bytes as Buffer).toString()) as unknown,
};

const ours: Contender = {
  name: 'hemoglobin',
  package: '@organism/circulatory',
  encode: (envelope) => codec.encode(envelope),
  decode: (bytes) => codec.decode(bytes),
};

const peers: readonly Contender[] = [msgpackr(), cbor(), msgpack(), json];

const over =
  <T>(values: readonly T[], work: (value: T) => unknown): Work =>
  (times) => {
    let last: unknown;
    for (let index = 0; index < times; index += 1) last = work(values[index % values.length] as T);
    return last;
  };

const written = ({ encode }: Contender): readonly Buffer[] =>
  envelopes.map((envelope) => Buffer.from(encode(envelope)));

const compare = (name: string, workOf: (contender: Contender) => Work): Case => ({
  name,
  goal: null,
  ours: workOf(ours),
  peers: peers.map((peer): Peer => ({
    name: peer.name,
    package: peer.package,
    work: workOf(peer),
    ...(peer.goals !== undefined && { goal: peer.goals.time }),
  })),
});

const bytesOf = (contender: Contender): number =>
  written(contender).reduce((sum, { length }) => sum + length, 0) / envelopes.length;

const sizes = (): readonly Figure[] =>
  peers.map((peer) => ({
    name: 'bytes of an envelope',
    unit: 'B',
    better: 'lower',
    ours: bytesOf(ours),
    peer: peer.name,
    peerVersion: versionOf(peer.package),
    theirs: bytesOf(peer),
    goal: peer.goals?.bytes ?? null,
  }));

/** What it takes to write and read an envelope, and how much of it there is. */
export const benchmark: Benchmark = {
  name: 'circulatory.codec',
  description: 'Hemoglobin (MessagePack with the structures of a Bone) against other codecs, on envelopes of 300 bytes',
  verify: () => {
    for (const contender of [ours, ...peers])
      for (const envelope of envelopes) assert.deepEqual(contender.decode(contender.encode(envelope)), envelope);
  },
  cases: () => [
    compare('encode', ({ encode }) => over(envelopes, encode)),
    compare('decode', (contender) => over(written(contender), contender.decode)),
  ],
  figures: async () => sizes(),
};
