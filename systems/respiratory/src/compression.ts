import { compress, type Encoding, negotiateEncoding, supportedEncodings } from '@organism/metabolic/compression';
import type { Exchange, ResponseHeaders } from './exchange/exchange.ts';

/** When responses are compressed. */
export interface CompressionOptions {
  /** Smaller ones are sent as they are, in bytes. Default 1024: below it the effort outweighs the gain. */
  readonly minBytes?: number;
}

const compressible =
  /^(?:text\/(?!event-stream)|application\/(?:json|javascript|xml|wasm|[\w.-]+\+(?:json|xml))|image\/svg)/;

/** Whether bytes of a media type become smaller at all. */
export const isCompressible = (type: string): boolean => compressible.test(type);

/**
 * Sends a whole response, compressed when that pays and the client can read it. Don't compress texts that hold both a
 * secret and something that a stranger chose: their size tells the secret (BREACH).
 */
export const replyCompressed = async (
  exchange: Exchange,
  status: number,
  headers: ResponseHeaders,
  body: string | Uint8Array,
  { minBytes = 1024 }: CompressionOptions = {},
): Promise<void> => {
  exchange.vary('accept-encoding');
  const encoding: Encoding =
    body.length < minBytes
      ? 'identity'
      : (negotiateEncoding(exchange.header('accept-encoding'), supportedEncodings) ?? 'identity');
  if (encoding === 'identity') {
    exchange.reply(status, headers, body);
    return;
  }
  const bytes = await compress(typeof body === 'string' ? new TextEncoder().encode(body) : body, encoding);
  exchange.reply(status, { ...headers, 'content-encoding': encoding }, bytes);
};
