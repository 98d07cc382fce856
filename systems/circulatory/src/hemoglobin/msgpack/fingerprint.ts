import { createHash } from 'node:crypto';
import type { AnyBone } from '../bones.ts';
import { fingerprintAt, fingerprintBytes } from '../header.ts';
import { layoutOf } from '../layout.ts';
import { type Structure, structuresOf } from './structures.ts';

/**
 * Fingerprint of a Bone: the first 48 bits of the SHA-256 of its name, its version and its structures. Rules such as a
 * minimum are not in it, as they change nothing in the bytes; the names and the order of fields are.
 */
export const fingerprintOf = ({ name, version }: AnyBone, structures: readonly Structure[]): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([1, name, version, structures]))
    .digest()
    .subarray(0, fingerprintBytes);

/** A fingerprint in 12 hexadecimal digits. */
export const fingerprintText = (fingerprint: number): string =>
  fingerprint.toString(16).padStart(fingerprintBytes * 2, '0');

/**
 * Fingerprint of a Bone as messages in MessagePack carry it, in 12 hexadecimal digits: the dead letters of an unknown one
 * name it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { boneFingerprint } from '@organism/circulatory/hemoglobin';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const [one, stricter] = [z.string(), z.string().min(1)].map((id) => new Bone('quake', z.object({ id })));
 * assert.ok(one !== undefined && stricter !== undefined);
 * assert.equal(boneFingerprint(one), boneFingerprint(stricter)); // the bytes are the same
 * assert.notEqual(boneFingerprint(one), boneFingerprint(new Bone('quake', z.object({ name: z.string() }))));
 * ```
 */
export const boneFingerprint = (bone: AnyBone): string =>
  fingerprintText(fingerprintAt(fingerprintOf(bone, structuresOf(layoutOf(bone.schema))), 0));
