import type { Mark, Marks } from './marks.ts';
import type { Problem } from './protocol.ts';

/** A room that a session is in. */
export interface PortableRoom {
  readonly name: string;
  /** How long it has been there, in milliseconds. */
  readonly forMs: number;
}

/** A session as it moves from one process to another. */
export interface PortableSession {
  readonly id: string;
  /** How often it has moved: of two copies the one that moved more often is the session. */
  readonly moves: number;
  /** Hashes of the tokens that open it. */
  readonly tokens: readonly string[];
  readonly principal: string;
  /** Number of the client's last message that was handled. */
  readonly handled: number;
  readonly failures: readonly (readonly [number, Problem])[];
  /** Number of the first message that the client may not have. */
  readonly first: number;
  /** The messages from that one on, each as JSON. */
  readonly messages: readonly string[];
  readonly dropped: number;
  readonly rooms: readonly PortableRoom[];
  /** What its process had heard for rooms: delivered, or announced before it joined. */
  readonly heard: Marks;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';
const isList = <T>(value: unknown, of: (one: unknown) => one is T): value is T[] =>
  Array.isArray(value) && value.every((one) => of(one));

const isRoom = (value: unknown): value is PortableRoom => {
  const { name, forMs } = (value ?? {}) as Partial<PortableRoom>;
  return isText(name) && name !== '' && typeof forMs === 'number' && forMs >= 0;
};

const isMark = (value: unknown): value is Mark => {
  const { upTo, missing } = (value ?? {}) as Partial<Mark>;
  return isCount(upTo) && isList(missing, isCount);
};

const isMarks = (value: unknown): value is Marks =>
  typeof value === 'object' && value !== null && Object.values(value).every((mark) => isMark(mark));

const isFailure = (value: unknown): value is readonly [number, Problem] =>
  Array.isArray(value) && isCount(value[0]) && typeof value[1] === 'object' && value[1] !== null;

const isJson = (value: unknown): value is string => {
  if (!isText(value)) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
};

/** Reads a session that another process has sent; undefined for anything else. */
export const readPortable = (value: unknown): PortableSession | undefined => {
  const { id, moves, tokens, principal, handled, failures, first, messages, dropped, rooms, heard } = (value ??
    {}) as Partial<PortableSession>;
  const fits =
    isText(id) &&
    isCount(moves) &&
    isList(tokens, isText) &&
    isText(principal) &&
    isCount(handled) &&
    isList(failures, isFailure) &&
    isCount(first) &&
    first > 0 &&
    isList(messages, isJson) &&
    isCount(dropped) &&
    isList(rooms, isRoom) &&
    isMarks(heard);
  return fits ? { id, moves, tokens, principal, handled, failures, first, messages, dropped, rooms, heard } : undefined;
};
