import { createHash } from 'node:crypto';
import { fingerprintBytes } from '../header.ts';
import type { AnyBone } from '../bones.ts';
import type { Structure } from './structures.ts';

/**
 * Fingerprint of a Bone: the first 48 bits of the SHA-256 of its name, its version and its structures. Rules such as a
 * minimum are not in it, as they change nothing in the bytes; the names and the order of fields are.
 */
export const fingerprintOf = ({ name, version }: AnyBone, structures: readonly Structure[]): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([1, name, version, structures]))
    .digest()
    .subarray(0, fingerprintBytes);
