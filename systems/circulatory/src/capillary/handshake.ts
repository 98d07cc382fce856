import { type Principal, toOrganismError } from '@organism/cell';
import { UnauthorizedError } from './errors.ts';
import type { LinkOrigin } from './link.ts';
import type { CapillaryOptions } from './options.ts';
import type { CloseCode, Hello } from './protocol.ts';

/**
 * Asks who the client is.
 *
 * @throws {UnauthorizedError} when nobody that is known.
 */
export const whoIs = async (
  authenticate: CapillaryOptions['authenticate'],
  origin: LinkOrigin,
  hello: Hello,
  transport: string,
): Promise<Principal> => {
  const principal = await authenticate({ ...origin, credentials: hello.credentials, transport });
  if (principal === undefined) throw new UnauthorizedError();
  return principal;
};

/** The close code for a handshake that failed: whether the client may try again. */
export const closeCodeOf = (thrown: unknown): CloseCode => {
  const { code, status } = toOrganismError(thrown);
  if (code === 'CIRCULATORY_BAD_FRAME') return 'protocol';
  if (code === 'CIRCULATORY_CHANNEL_OVERLOADED') return 'overloaded';
  if (code === 'CIRCULATORY_PROTOCOL_VERSION') return 'version';
  if (status === 403) return 'forbidden';
  return status < 500 ? 'unauthorized' : 'unavailable';
};
