import { OrganismError } from '@organism/cell';

/** A client that has no right to a channel. Code `CIRCULATORY_UNAUTHORIZED`, status 401. */
export class UnauthorizedError extends OrganismError {
  constructor(message = 'The credentials were not accepted.', options: { readonly cause?: unknown } = {}) {
    super('CIRCULATORY_UNAUTHORIZED', message, { status: 401, ...options });
  }
}

/** A page that may not use this channel. Code `CIRCULATORY_ORIGIN_FORBIDDEN`, status 403. */
export class OriginError extends OrganismError {
  constructor() {
    super('CIRCULATORY_ORIGIN_FORBIDDEN', 'This origin may not open a channel.', { status: 403 });
  }
}

/** A frame that breaks the protocol. Code `CIRCULATORY_BAD_FRAME`, status 400. */
export class FrameError extends OrganismError {
  constructor(rule: string) {
    super('CIRCULATORY_BAD_FRAME', `A frame must be ${rule}.`, { status: 400 });
  }
}

/** A message above the limit. Code `CIRCULATORY_MESSAGE_TOO_LARGE`, status 413. */
export class MessageTooLargeError extends OrganismError {
  constructor(maxBytes: number) {
    super('CIRCULATORY_MESSAGE_TOO_LARGE', `The message has more than ${maxBytes} bytes.`, {
      status: 413,
      extensions: { maxBytes },
    });
  }
}

/** A token that opens no session: it has ended, or the token is forged or used up. Code `CIRCULATORY_SESSION_UNKNOWN`, status 410. */
export class SessionUnknownError extends OrganismError {
  constructor() {
    super('CIRCULATORY_SESSION_UNKNOWN', 'No session has this token: say hello again.', { status: 410 });
  }
}

/** A session that has ended before a message could be delivered. Code `CIRCULATORY_SESSION_CLOSED`. */
export class SessionClosedError extends OrganismError {
  constructor(reason: string) {
    super('CIRCULATORY_SESSION_CLOSED', `The session has ended (${reason}).`, { status: 410 });
  }
}

/** More than the bounds allow: sessions, messages that wait. Code `CIRCULATORY_CHANNEL_OVERLOADED`, status 503. */
export class OverloadedError extends OrganismError {
  constructor(what: string, limit: number, status = 503) {
    super('CIRCULATORY_CHANNEL_OVERLOADED', `There are ${limit} ${what} already.`, { status, retryable: true });
  }
}

/** A channel that has not started, or is stopping. Code `CIRCULATORY_CHANNEL_NOT_RUNNING`, status 503. */
export class ChannelNotRunningError extends OrganismError {
  constructor() {
    super('CIRCULATORY_CHANNEL_NOT_RUNNING', 'The channel is not running.', { status: 503, retryable: true });
  }
}
