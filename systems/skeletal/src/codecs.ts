import { z } from 'zod';

/** A schema for a date that is an ISO 8601 string in JSON and a Date in code, in both directions. @see RFC 3339 */
export const isoDate = (): z.ZodCodec<z.ZodISODateTime, z.ZodDate> =>
  z.codec(z.iso.datetime({ offset: true }), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  });

/** A schema for a big integer that is a string of digits in JSON and a bigint in code, in both directions. */
export const bigintString = (): z.ZodCodec<z.ZodString, z.ZodBigInt> =>
  z.codec(z.string().regex(/^-?[0-9]{1,1000}$/), z.bigint(), {
    decode: (text) => BigInt(text),
    encode: (value) => value.toString(),
  });
