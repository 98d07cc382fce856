import { OptionError } from '@organism/cell';
import type { Bone } from '@organism/skeletal';
import type { Envelope } from '../envelope.ts';
import { versionHeader } from '../heart/topic.ts';

/** Any Bone. */
export type AnyBone = Pick<Bone<unknown, unknown>, 'name' | 'version' | 'schema'>;

/** Something for each Bone, found by an envelope. Most types have one version, so the usual look-up is one. */
export class ByBone<T> {
  readonly #byType = new Map<string, Map<number, T>>();

  /** @throws {OptionError} `CELL_BAD_OPTION` for what is no list of Bones, or two of one name and version. */
  constructor(bones: readonly AnyBone[], make: (bone: AnyBone) => T) {
    if (!Array.isArray(bones)) throw new OptionError('bones', 'a list of Bones', bones);
    for (const bone of bones as readonly Partial<AnyBone>[]) {
      const { name, version, schema } = bone;
      if (typeof name !== 'string' || typeof version !== 'number' || schema?._zod === undefined)
        throw new OptionError('bones', 'a list of Bones', bone);
      const versions = this.#byType.get(name) ?? new Map<number, T>();
      this.#byType.set(name, versions);
      if (versions.has(version)) throw new OptionError('bones', `without a second ${name} of version ${version}`, bone);
      versions.set(version, make({ name, version, schema }));
    }
  }

  /** What there is for the Bone that a message was checked against. */
  get({ type, headers }: Pick<Envelope, 'type' | 'headers'>): T | undefined {
    return this.#byType.get(type)?.get(Number(headers[versionHeader] ?? 1));
  }
}
