import { messageOf } from '@organism/cell';
import type { Envelope } from '../envelope.ts';
import { envelopeOf } from './envelope.ts';
import { NotEncodableError } from '../errors.ts';
import { DamagedMessageError } from './errors.ts';
import type { Format, Reader, Writer } from './format.ts';
import { headOf } from './header.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

const parse = (bytes: Uint8Array): Partial<Envelope> => {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return typeof value === 'object' && value !== null ? value : {};
  } catch (cause) {
    throw new DamagedMessageError('its payload is no JSON', { cause });
  }
};

/** JSON, as the default codec writes it. */
export const jsonFormat = (): Format => {
  const head = headOf('json');
  const writer: Writer = {
    head,
    write: (envelope) => {
      try {
        const text = JSON.stringify(envelope);
        const bytes = Buffer.allocUnsafe(head.length + Buffer.byteLength(text));
        bytes.set(head);
        bytes.write(text, head.length);
        return bytes;
      } catch (cause) {
        throw new NotEncodableError(envelope.type, messageOf(cause), { cause });
      }
    },
  };
  const reader: Reader = {
    head,
    read: (bytes, start) => {
      const { id, type, source, time, data, headers, key } = parse(bytes.subarray(start));
      return envelopeOf({ id, type, source, time, data, ...(key !== undefined && { key }), headers });
    },
  };
  return { name: 'json', writerFor: () => writer, readerFor: () => reader };
};
