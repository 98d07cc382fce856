import { Bone } from '@organism/skeletal';
import assert from 'node:assert/strict';
import { z } from 'zod';
import type { Benchmark, Case, Work } from './lib/benchmark.ts';

const quake = z.object({
  id: z.string().min(1),
  magnitude: z.number().min(-2).max(10),
  place: z.string().min(1).max(200),
  time: z.number().int(),
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  depthKm: z.number(),
  source: z.enum(['feed', 'manual']),
});
const nested = z.object({
  station: z.object({ name: z.string(), at: z.tuple([z.number(), z.number()]) }),
  last: quake,
  tags: z.array(z.string()),
});
const list = z.array(quake);

const one = (id: number): z.input<typeof quake> => ({
  id: `q${id}`,
  magnitude: id % 7,
  place: 'off the coast',
  time: 1_517_966_773_840 + id,
  latitude: 1,
  longitude: 2,
  depthKm: 10,
  source: 'feed',
});
const quakes = Array.from({ length: 64 }, (_, id) => one(id));
const nests = quakes.map((last) => ({ station: { name: 'HLN', at: [23.9, 121.6] }, last, tags: ['a', 'b'] }));
const lists = [Array.from({ length: 100 }, (_, id) => one(id))];
const bad = quakes.map((quakeAt) => ({ ...quakeAt, magnitude: 'big' }));

const over =
  (values: readonly unknown[], parse: (value: unknown) => unknown): Work =>
  (times) => {
    let last: unknown;
    for (let index = 0; index < times; index += 1) last = parse(values[index % values.length]);
    return last;
  };

const throwing =
  (parse: (value: unknown) => unknown) =>
  (value: unknown): unknown => {
    try {
      return parse(value);
    } catch (error) {
      return error;
    }
  };

const compare = (name: string, schema: z.ZodType, values: readonly unknown[], valid: boolean): Case => {
  const bone = new Bone('bench.case', schema);
  const ours = (value: unknown): unknown => bone.parse(value);
  const theirs = (value: unknown): unknown => schema.parse(value);
  return {
    name,
    goal: 1.1,
    ours: over(values, valid ? ours : throwing(ours)),
    peers: [{ name: 'zod', package: 'zod', work: over(values, valid ? theirs : throwing(theirs)) }],
  };
};

/** What a Bone costs over the bare schema beneath it. */
export const benchmark: Benchmark = {
  name: 'skeletal.parse',
  description: 'Bone.parse against the bare zod schema',
  verify: () => {
    const bone = new Bone('bench.verify', quake);
    for (const value of quakes) assert.deepEqual(bone.parse(value), quake.parse(value));
    for (const value of bad) assert.equal(bone.safeParse(value).ok, quake.safeParse(value).success);
  },
  cases: () => [
    compare('flat object', quake, quakes, true),
    compare('nested object', nested, nests, true),
    compare('list of 100', list, lists, true),
    compare('invalid object', quake, bad, false),
  ],
};
