import type { Envelope } from '../envelope.ts';
import { type EnvelopeCodec, envelopeOf } from './codec.ts';
import type { Body, DeadRecord, DeathReason } from './driver.ts';

/** Dead letter: a message that its group has given up, and why. */
export interface DeadLetter {
  /** Names it for {@link Heart.replay} and {@link Heart.discard}. */
  readonly ref: number | string;
  readonly reason: DeathReason;
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly failedAt: number;
  readonly publishedAt: number;
  /** Undefined when it can't be read. */
  readonly envelope: Envelope | undefined;
  /** What is stored, when that is text. */
  readonly text: string | undefined;
  /** What is stored, when that is bytes. */
  readonly bytes: Uint8Array | undefined;
}

/** Which dead letters. */
export interface DeadLetterQuery {
  /** Default `default`. */
  readonly group?: string;
  /** How many at most, the oldest first. Default 100 for looking, all for the rest. */
  readonly limit?: number;
  /** Only these. */
  readonly refs?: readonly (number | string)[];
}

const attempt = (body: Body, codec: EnvelopeCodec): Envelope | undefined => {
  try {
    return envelopeOf(body, codec);
  } catch {
    return undefined;
  }
};

/** A stored dead letter, read as far as it can be. */
export const toDeadLetter = ({ body, ...rest }: DeadRecord, codec: EnvelopeCodec): DeadLetter => ({
  ...rest,
  envelope: attempt(body, codec),
  text: typeof body === 'string' ? body : undefined,
  bytes: body instanceof Uint8Array ? body : undefined,
});
