import type * as z from 'zod';
import { bigint, codec, date, iso, string } from 'zod';

/** A schema for a date that is an ISO 8601 string in JSON and a Date in code, in both directions. @see RFC 3339 */
export const isoDate = (): z.ZodCodec<z.ZodISODateTime, z.ZodDate> =>
  codec(iso.datetime({ offset: true }), date(), {
    decode: (text) => new Date(text),
    encode: (value) => value.toISOString(),
  });

/** A schema for a big integer that is a string of digits in JSON and a bigint in code, in both directions. */
export const bigintString = (): z.ZodCodec<z.ZodString, z.ZodBigInt> =>
  codec(string().regex(/^-?[0-9]{1,1000}$/), bigint(), {
    decode: (text) => BigInt(text),
    encode: (value) => value.toString(),
  });
