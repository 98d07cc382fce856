import type { AnyBone } from '../bones.ts';
import { Mapper, type ProtoOptions } from './map.ts';
import { pascalCase } from './names.ts';
import type { ProtoNumbers } from './numbers.ts';

/**
 * Numbers of all fields of a Bone, and of the values of its enumerations: those given before, and new ones for what is
 * new. Print it, keep it with your code, and give it to {@link toProto} and `hemoglobin`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { protoNumbers } from '@organism/circulatory/hemoglobin';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Quake = new Bone('seismic.quake', z.object({ id: z.string(), depth: z.number(), magnitude: z.number() }));
 * assert.deepEqual(protoNumbers(Quake, { id: 1, place: 2, magnitude: 3 }), { id: 1, place: 2, magnitude: 3, depth: 4 });
 * ```
 * @throws {NotMappableError} naming the part that has no form.
 */
export const protoNumbers = (
  bone: AnyBone,
  previous: ProtoNumbers = {},
  options: Pick<ProtoOptions, 'bytes'> = {},
): ProtoNumbers => {
  const mapper = new Mapper(bone, options, previous);
  mapper.root(bone.schema, pascalCase(bone.name));
  return mapper.allNumbers;
};
