import { NotStorableError } from '../errors.ts';

/** Turns what leaves the process into text and back. */
export interface RecordCodec {
  encode(record: unknown): string;
  decode(text: string): unknown;
}

/** JSON, for values that JSON can carry: the default everywhere. */
export const jsonCodec: RecordCodec = {
  encode: (record) => JSON.stringify(record),
  decode: (text) => JSON.parse(text) as unknown,
};

/**
 * Encodes a record.
 *
 * @throws {NotStorableError} `METABOLIC_NOT_STORABLE` when the codec can't.
 */
export const encodeRecord = (codec: RecordCodec, record: unknown): string => {
  try {
    return codec.encode(record);
  } catch (error) {
    throw new NotStorableError(error);
  }
};
