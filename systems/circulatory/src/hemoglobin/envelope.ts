import type { Envelope } from '../envelope.ts';
import { DamagedMessageError } from './errors.ts';

const isText = (value: unknown): value is string => typeof value === 'string';

const areHeaders = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const name in value) if (!isText((value as Readonly<Record<string, unknown>>)[name])) return false;
  return true;
};

/** An envelope of parts that may be anything. @throws {DamagedMessageError} naming the first that is wrong. */
export const envelopeOf = (parts: Readonly<Partial<Record<keyof Envelope, unknown>>>): Envelope => {
  const { id, type, source, time, key, headers } = parts;
  if (!isText(id)) throw new DamagedMessageError('its id is no text');
  if (!isText(type)) throw new DamagedMessageError('its type is no text');
  if (!isText(source)) throw new DamagedMessageError('its source is no text');
  if (!isText(time)) throw new DamagedMessageError('its time is no text');
  if (key !== undefined && !isText(key)) throw new DamagedMessageError('its key is no text');
  if (!areHeaders(headers)) throw new DamagedMessageError('its headers are no texts');
  return parts as Envelope;
};
