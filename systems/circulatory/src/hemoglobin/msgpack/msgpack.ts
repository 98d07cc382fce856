import { OptionError } from '@organism/cell';
import { type AnyBone, ByBone } from '../bones.ts';
import { UnknownSchemaError } from '../errors.ts';
import type { Format } from '../format.ts';
import { fingerprintAt } from '../header.ts';
import { layoutOf } from '../layout.ts';
import { load } from '../library.ts';
import { fingerprintOf, fingerprintText } from './fingerprint.ts';
import { structuresOf } from './structures.ts';
import { type Library, Table } from './table.ts';

/**
 * MessagePack with the library's records: a message names its Bone by a fingerprint, and refers to the Bone's structures by
 * number, where others would repeat the names of its fields.
 *
 * @see https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export const msgpackFormat = (bones: readonly AnyBone[]): Format => {
  const library = load('msgpackr', 'msgpack') as Library;
  const byFingerprint = new Map<number, Table>();
  const tables = new ByBone(bones, (bone) => {
    const layout = layoutOf(bone.schema);
    const structures = structuresOf(layout);
    const fingerprint = fingerprintOf(bone, structures);
    const table = new Table({ library, structures, layout, type: bone.name, fingerprint });
    const number = fingerprintAt(fingerprint, 0);
    if (byFingerprint.has(number)) throw new OptionError('bones', 'Bones of different fingerprints', bone);
    byFingerprint.set(number, table);
    return table;
  });
  const leaf = { kind: 'leaf' } as const;
  const plain = new Table({
    library,
    structures: structuresOf(leaf),
    layout: leaf,
    type: undefined,
    fingerprint: undefined,
  });
  return {
    name: 'msgpack',
    writerFor: (envelope) => tables.get(envelope) ?? plain,
    readerFor: (fingerprint) => {
      const table = fingerprint === undefined ? plain : byFingerprint.get(fingerprint);
      if (table === undefined)
        throw new UnknownSchemaError(`a Bone of fingerprint ${fingerprintText(fingerprint ?? 0)}`);
      return table;
    },
  };
};
