import { OptionError } from '@organism/cell';
import type { Writable } from 'node:stream';
import type { WireRequest } from '../transport.ts';

/** Large bodies are sent in pieces of this size, so that their progress shows. */
const pieceBytes = 65_536;

async function* piecesOf(body: WireRequest['body']): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  const source = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  for await (const bytes of source instanceof Uint8Array ? [source] : source)
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

const drained = (socket: Writable): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });

/**
 * Sends a body piece by piece, no faster than the socket takes it. Stops when `wanted` says no. Without a length it goes in
 * chunks, unless it is `framed` by what it is written to.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` when there are not as many bytes as were announced.
 */
export const sendBody = async (
  socket: Writable,
  { body, onSent }: WireRequest,
  length: number | undefined,
  wanted: () => boolean,
  framed = false,
): Promise<void> => {
  const chunked = length === undefined && !framed;
  let sent = 0;
  for await (const piece of piecesOf(body)) {
    if (!wanted() || socket.destroyed) return;
    sent += piece.length;
    if (length !== undefined && sent > length) throw new OptionError('contentLength', 'the length of the body', sent);
    socket.cork();
    if (chunked) socket.write(`${piece.length.toString(16)}\r\n`, 'latin1');
    let room = socket.write(piece);
    if (chunked) room = socket.write('\r\n', 'latin1');
    socket.uncork();
    // Of the last piece, the answer may be here before the socket has told that it is gone.
    if (!room && sent !== length) await drained(socket);
    onSent?.(sent);
  }
  if (chunked) socket.write('0\r\n\r\n', 'latin1');
  else if (length !== undefined && sent < length)
    throw new OptionError('contentLength', 'the length of the body', sent);
};
