import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

interface Refusal {
  readonly status: number;
  readonly title: string;
  readonly code: string;
}

const badRequest: Refusal = { status: 400, title: 'Bad request', code: 'RESPIRATORY_BAD_REQUEST' };
const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    title: 'Request Header Fields Too Large',
    code: 'RESPIRATORY_HEADERS_TOO_LARGE',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, title: 'Content Too Large', code: 'RESPIRATORY_BODY_TOO_LARGE' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, title: 'Request Timeout', code: 'RESPIRATORY_REQUEST_TIMEOUT' },
};

const answerOf = ({ status, title, code }: Refusal): string => {
  const body = JSON.stringify({ type: 'about:blank', title, status, code });
  return `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
};

/** Answers bytes that the parser refused, and closes: what follows them can't be told from another request. */
export const refuse = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(answerOf(refusals[error.code ?? ''] ?? badRequest));
  // A client that goes on sending must not keep the connection open.
  socket.destroySoon();
};

const notFound: Refusal = { status: 404, title: 'Not Found', code: 'RESPIRATORY_NOT_FOUND' };

/** Answers a request for another protocol that nobody takes, and closes. */
export const refuseUpgrade = (socket: Duplex): void => {
  socket.on('error', () => {});
  socket.end(answerOf(notFound), () => socket.destroy());
};
