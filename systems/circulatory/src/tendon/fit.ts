import { Bone, compatibility } from '@organism/skeletal';
import type { Shape } from '@organism/nervous';
import { TendonError } from './errors.ts';

const reasonsOf = (writer: Bone<unknown, unknown>, reader: Bone<unknown, unknown>): string | undefined => {
  try {
    const { level, reasons } = compatibility(writer, reader);
    if (level === 'full' || level === 'backward') return undefined;
    const [first] = reasons.filter(({ breaks }) => breaks === 'backward');
    return `${first?.path === '' ? '' : `${first?.path}: `}${first?.message ?? 'another shape'}`;
  } catch {
    // A shape without a JSON form can't be compared; each message is checked all the same.
    return undefined;
  }
};

/**
 * Checks that what is written in one shape can be read in the other, as far as both are Bones.
 *
 * @throws {TendonError} `CIRCULATORY_TENDON` that names the path.
 */
export const checkFit = (
  target: string,
  topic: Shape<unknown>,
  writer: Shape<unknown> | undefined,
  reader: Shape<unknown> | undefined,
): void => {
  if (writer === reader || !(writer instanceof Bone) || !(reader instanceof Bone)) return;
  const problem = reasonsOf(writer, reader);
  if (problem !== undefined)
    throw new TendonError(target, topic.name, `"${writer.name}" does not fit "${reader.name}" (${problem})`);
};
