import { messageOf } from '@organism/cell';
import type { Envelope } from '../envelope.ts';
import { CorruptMessageError, NotEncodableError } from '../errors.ts';
import { fromBase64, toBase64 } from './base64.ts';
import type { Body, HeartDriver } from './driver.ts';

/**
 * Turns envelopes into text or bytes for drivers that don't keep values, and back. It is handed whatever the store holds,
 * so also what another codec has written: a store changes its codec while messages wait in it.
 */
export interface EnvelopeCodec<Written extends string | Uint8Array = string | Uint8Array> {
  /**
   * Writes an envelope. The result is the store's: it must not change afterwards.
   *
   * @throws {NotEncodableError} for a value that it has no form for.
   */
  encode(envelope: Envelope): Written;
  /** @throws when the body is none of its own; the message then becomes a dead letter. */
  decode(body: string | Uint8Array): Envelope;
}

const isText = (value: unknown): value is string => typeof value === 'string';

const isEnvelope = (value: unknown): value is Envelope => {
  if (typeof value !== 'object' || value === null) return false;
  const { id, type, source, time, key, headers } = value as Partial<Envelope>;
  if (typeof headers !== 'object' || headers === null) return false;
  return [id, type, source, time].every(isText) && (key === undefined || isText(key));
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** JSON: the codec unless told otherwise. What JSON can't say (a Date, a Map, undefined) does not come back as it was. */
export const jsonEnvelopes: EnvelopeCodec<string> = {
  encode: (envelope) => {
    try {
      return JSON.stringify(envelope);
    } catch (cause) {
      throw new NotEncodableError(envelope.type, messageOf(cause), { cause });
    }
  },
  decode: (body) => {
    let value: unknown;
    try {
      value = JSON.parse(isText(body) ? body : utf8.decode(body));
    } catch (cause) {
      throw new CorruptMessageError({ cause });
    }
    if (!isEnvelope(value)) throw new CorruptMessageError();
    return value;
  },
};

/** Begin of a text that stands for bytes. No codec that writes text writes one that begins so. @see RFC 2397 */
const dataUrl = 'data:;base64,';

/** A codec whose bytes become text. */
const asText = (codec: EnvelopeCodec): EnvelopeCodec<string> => ({
  encode: (envelope) => {
    const body = codec.encode(envelope);
    return isText(body) ? body : dataUrl + toBase64(body);
  },
  decode: (body) => {
    if (!isText(body) || !body.startsWith(dataUrl)) return codec.decode(body);
    let bytes: Uint8Array;
    try {
      bytes = fromBase64(body.slice(dataUrl.length));
    } catch (cause) {
      throw new CorruptMessageError({ cause });
    }
    return codec.decode(bytes);
  },
});

/** A codec as it fits a driver. */
export const codecFor = ({ keeps }: HeartDriver, codec: EnvelopeCodec): EnvelopeCodec =>
  keeps === 'text' ? asText(codec) : codec;

/** The envelope that a body stands for. @throws when the codec can't read it. */
export const envelopeOf = (body: Body, codec: EnvelopeCodec): Envelope =>
  isText(body) || body instanceof Uint8Array ? codec.decode(body) : body;
