import type { Envelope } from '../envelope.ts';
import { CorruptMessageError } from '../errors.ts';

/** Turns envelopes into text for drivers that keep text, and back. */
export interface EnvelopeCodec {
  encode(envelope: Envelope): string;
  /** @throws when the text is none of its own; the message then becomes a dead letter. */
  decode(text: string): Envelope;
}

const isText = (value: unknown): value is string => typeof value === 'string';

const isEnvelope = (value: unknown): value is Envelope => {
  if (typeof value !== 'object' || value === null) return false;
  const { id, type, source, time, key, headers } = value as Partial<Envelope>;
  return [id, type, source, time].every(isText) && (key === undefined || isText(key)) && typeof headers === 'object';
};

/** JSON: the codec unless told otherwise. What JSON can't say (a Date, a Map, undefined) does not come back as it was. */
export const jsonEnvelopes: EnvelopeCodec = {
  encode: (envelope) => JSON.stringify(envelope),
  decode: (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new CorruptMessageError({ cause });
    }
    if (!isEnvelope(value)) throw new CorruptMessageError();
    return value;
  },
};
