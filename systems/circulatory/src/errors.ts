import { OrganismError } from '@organism/cell';
import type { Durability } from './heart/durability.ts';

/** A topic that holds as many messages as it may. Code `CIRCULATORY_QUEUE_FULL`, status 503, retryable. */
export class QueueFullError extends OrganismError {
  constructor(topic: string, maxDepth: number) {
    super('CIRCULATORY_QUEUE_FULL', `"${topic}" holds ${maxDepth} messages and takes no more.`, {
      status: 503,
      retryable: true,
      details: { topic, maxDepth },
    });
  }
}

/** A consumer whose lease on a message had run out: another may have it by now. Code `CIRCULATORY_LEASE_LOST`. */
export class LeaseLostError extends OrganismError {
  constructor(topic: string, operation: string) {
    super('CIRCULATORY_LEASE_LOST', `The lease on a message of "${topic}" has run out: can't ${operation} it.`, {
      status: 409,
      details: { topic, operation },
    });
  }
}

/** A message that was settled already. Code `CIRCULATORY_SETTLED`. */
export class SettledError extends OrganismError {
  constructor(topic: string, operation: string, how: string) {
    super('CIRCULATORY_SETTLED', `A message of "${topic}" has been settled (${how}): can't ${operation} it.`, {
      details: { topic, operation },
    });
  }
}

/** A topic that is not declared, where all must be. Code `CIRCULATORY_UNKNOWN_TOPIC`, status 404. */
export class UnknownTopicError extends OrganismError {
  constructor(topic: string) {
    super('CIRCULATORY_UNKNOWN_TOPIC', `"${topic}" is not declared, and this broker takes declared topics only.`, {
      status: 404,
      details: { topic },
    });
  }
}

/** A driver that promises less than is required. Code `CIRCULATORY_DURABILITY`. */
export class DurabilityError extends OrganismError {
  constructor(driver: string, has: Durability, required: Durability) {
    super('CIRCULATORY_DURABILITY', `${driver} keeps messages in "${has}"; "${required}" is required.`, {
      details: { driver, has, required },
    });
  }
}

/** A driver that can't do what was asked for. Code `CIRCULATORY_UNSUPPORTED`. */
export class UnsupportedError extends OrganismError {
  constructor(driver: string, what: string) {
    super('CIRCULATORY_UNSUPPORTED', `${driver} has no ${what}.`, { status: 501 });
  }
}

/** A storage that failed. Code `CIRCULATORY_DRIVER`, status 503; the cause is the storage's own error. */
export class HeartDriverError extends OrganismError {
  constructor(operation: string, options: { readonly cause: unknown; readonly retryable?: boolean }) {
    super('CIRCULATORY_DRIVER', `The message store failed to ${operation}.`, { status: 503, ...options });
  }
}

/** Bytes that are no message of ours. Code `CIRCULATORY_CORRUPT`, status 422. */
export class CorruptMessageError extends OrganismError {
  constructor(options: { readonly cause?: unknown } = {}) {
    super('CIRCULATORY_CORRUPT', "A stored message can't be read: it is no envelope.", { status: 422, ...options });
  }
}

/** A value that the codec has no form for. Code `CIRCULATORY_NOT_ENCODABLE`, status 422. */
export class NotEncodableError extends OrganismError {
  constructor(type: string, what: string, options: { readonly cause?: unknown } = {}) {
    super('CIRCULATORY_NOT_ENCODABLE', `A message of "${type}" can't be written: ${what}.`, {
      status: 422,
      details: { type },
      ...options,
    });
  }
}

/** Use of a broker, or of a part of it, that is not running. Code `CIRCULATORY_CLOSED`, status 503. */
export class ClosedError extends OrganismError {
  constructor(what: string, operation: string) {
    super('CIRCULATORY_CLOSED', `${what} can't ${operation}: it is closed.`, { status: 503 });
  }
}

/** A handler that asks for a retry after its own time, or for none: throw it from a handler. */
export class RejectError extends OrganismError {
  /** The code of the dead letter's reason. */
  readonly reason: string;

  /** @param reason Stable word for the dead letter. Default `rejected`. */
  constructor(message: string, options: { readonly reason?: string; readonly cause?: unknown } = {}) {
    const { reason = 'rejected', ...rest } = options;
    super('CIRCULATORY_REJECTED', message, { status: 422, ...rest });
    this.reason = reason;
  }
}
