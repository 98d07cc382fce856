import { OrganismError } from '@organism/cell';
import type { WireProblem } from './problem.ts';

/** What the other side threw: its code, its status, and what else it let out. Made from what came over the wire. */
export class RemoteError extends OrganismError {
  constructor(problem: WireProblem) {
    const { code, status, title, detail, retryable, extensions, details } = problem;
    super(code, detail ?? title, {
      status,
      title,
      retryable,
      ...(detail !== undefined && { publicMessage: detail }),
      ...(extensions !== undefined && { extensions }),
      ...(details !== undefined && { details }),
    });
  }
}

/** More requests at once than a requester may have. Code `CIRCULATORY_TOO_MANY_REQUESTS`, status 503, retryable. */
export class TooManyRequestsError extends OrganismError {
  constructor(maxPending: number) {
    super('CIRCULATORY_TOO_MANY_REQUESTS', `There are ${maxPending} requests without an answer already.`, {
      status: 503,
      retryable: true,
      details: { maxPending },
    });
  }
}

/** The other side of a stream has not been heard of for too long. Code `CIRCULATORY_PEER_LOST`, status 503, retryable. */
export class PeerLostError extends OrganismError {
  constructor(idleMs: number) {
    super('CIRCULATORY_PEER_LOST', `The other side of the stream has not been heard of for ${idleMs} ms.`, {
      status: 503,
      retryable: true,
      details: { idleMs },
    });
  }
}

/** The other side breaks the rules of the stream, or something between has lost a value. Code `CIRCULATORY_STREAM_BROKEN`, status 502. */
export class StreamBrokenError extends OrganismError {
  constructor(what: string) {
    super('CIRCULATORY_STREAM_BROKEN', `The stream is broken: ${what}.`, { status: 502 });
  }
}
