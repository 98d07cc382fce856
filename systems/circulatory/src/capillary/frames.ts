import { OptionError } from '@organism/cell';
import { FrameError } from './errors.ts';
import type { Payload } from './link.ts';
import type { CloseCode, Frame, Hello } from './protocol.ts';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const checkHello = (value: unknown): Hello => {
  if (typeof value !== 'object' || value === null) throw new FrameError('["hello", an object]');
  const { version, token, last } = value as Readonly<Record<string, unknown>>;
  if (!isCount(version)) throw new FrameError('a hello with a version');
  if (token !== undefined && typeof token !== 'string') throw new FrameError('a hello whose token is a string');
  if (last !== undefined && !isCount(last)) throw new FrameError('a hello whose last is a count');
  return value as Hello;
};

/** Checks a frame that came from a client. @throws {FrameError} `CIRCULATORY_BAD_FRAME` */
export const checkFrame = (value: unknown): Frame => {
  if (!Array.isArray(value)) throw new FrameError('a JSON array');
  const [kind, first] = value as readonly unknown[];
  switch (kind) {
    case 'msg':
      if (!isCount(first) || first < 1 || value.length !== 3) throw new FrameError('["msg", a number from 1, data]');
      return value as unknown as Frame;
    case 'ack':
      if (!isCount(first)) throw new FrameError('["ack", a number]');
      return ['ack', first];
    case 'hello':
      return ['hello', checkHello(first)];
    case 'ping':
    case 'pong':
    case 'close':
      return [kind];
    default:
      throw new FrameError('of a kind that clients send');
  }
};

/** Reads a frame from a client. @throws {FrameError} `CIRCULATORY_BAD_FRAME` */
export const readFrame = (text: string): Frame => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FrameError('JSON');
  }
  return checkFrame(value);
};

/** A message's data as JSON. @throws {OptionError} when JSON can't hold it. */
export const toPayload = (data: unknown): Payload => {
  let text: string | undefined;
  try {
    text = JSON.stringify(data) as string | undefined;
  } catch {
    text = undefined;
  }
  if (text === undefined) throw new OptionError('data', 'a value that JSON can hold', data);
  return { text, bytes: Buffer.byteLength(text) };
};

/** A `close` frame. */
export const closeFrame = (code: CloseCode, reason: string): string => JSON.stringify(['close', code, reason]);
