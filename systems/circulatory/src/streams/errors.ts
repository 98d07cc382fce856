import { OrganismError } from '@organism/cell';

/** More values than a stream may hold. Code `CIRCULATORY_STREAM_OVERFLOW`, status 503. */
export class StreamOverflowError extends OrganismError {
  constructor(what: string, capacity: number) {
    super('CIRCULATORY_STREAM_OVERFLOW', `${what} holds ${capacity} already, and its reader is behind.`, {
      status: 503,
      details: { capacity },
    });
  }
}
