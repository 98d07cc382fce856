import { BadResponseError, LungClient, ResponseTooLargeError } from '@organism/respiratory/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RawServer } from './client-proxy.ts';

const chunked = (pieces: readonly string[]): string =>
  `${pieces.map((piece) => `${Buffer.byteLength(piece).toString(16)};x=1\r\n${piece}\r\n`).join('')}0\r\nx-trailer: 1\r\n\r\n`;

/** What a client makes of an answer, whole or as an error. */
const read = async (answer: string, end = true): Promise<unknown> => {
  await using server = await RawServer.start((socket) => {
    socket.write(answer, 'latin1');
    if (end) socket.end();
  });
  await using client = new LungClient({ baseUrl: server.url, retry: false });
  return await client.send('GET', '/').then(
    ({ status, data }) => ({ status, data }),
    (error: unknown) => error,
  );
};

describe('the response parser', () => {
  it('reads the same however the bytes are cut', async () => {
    const text = 'é€ earthquakes '.repeat(20);
    const answers = [
      `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n${chunked([text.slice(0, 100), text.slice(100)])}`,
    ].map((answer) => Buffer.from(answer, 'utf8'));
    let cuts: readonly number[] = [];
    let answer = Buffer.alloc(0);
    await using server = await RawServer.start((socket) => {
      let from = 0;
      for (const cut of [...cuts.map((one) => one % answer.length), answer.length].toSorted((a, b) => a - b)) {
        socket.write(answer.subarray(from, cut));
        from = cut;
      }
    });
    await using client = new LungClient({ baseUrl: server.url, retry: false, breaker: false });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...answers),
        fc.array(fc.nat(2000), { maxLength: 12 }),
        async (bytes, places) => {
          answer = bytes;
          cuts = places;
          expect(await client.get('/')).toBe(text);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('reads until the connection closes when there is no length', async () => {
    expect(await read('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\nhello')).toEqual({
      status: 200,
      data: 'hello',
    });
    expect(await read('HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\nhello')).toEqual({
      status: 200,
      data: 'hello',
    });
  });

  it('knows the answers that have no body, whatever their header says', async () => {
    expect(await read('HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\n', false)).toMatchObject({ status: 204 });
    expect(await read('HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n', false)).toMatchObject({ status: 304 });
  });

  it('accepts a length that is said twice in the same way', async () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\nContent-Length: 2\r\n\r\nhi';
    expect(await read(answer, false)).toEqual({ status: 200, data: 'hi' });
  });

  it.each([
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc'],
    ['a list of lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2, 3\r\n\r\nabc'],
    ['a signed length', 'HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nab'],
    ['a length in hex', 'HTTP/1.1 200 OK\r\ncontent-length: 0x2\r\n\r\nab'],
    ['a length beside chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['another coding', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['a coding with a tab', 'HTTP/1.1 200 OK\r\ntransfer-encoding: \u000bchunked\r\n\r\n0\r\n\r\n'],
    ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 0\r\n\r\n'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 0\r\n\r\n'],
    ['a line end of one character', 'HTTP/1.1 200 OK\r\nx: a\ncontent-length: 0\r\n\r\n'],
    ['a bare CR', 'HTTP/1.1 200 OK\r\nx: a\rcontent-length: 0\r\n\r\n'],
    ['a NUL', 'HTTP/1.1 200 OK\r\nx: a\0b\r\ncontent-length: 0\r\n\r\n'],
    ['no name', 'HTTP/1.1 200 OK\r\n: a\r\ncontent-length: 0\r\n\r\n'],
    ['another protocol', 'HTTP/2 200\r\ncontent-length: 0\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 99\r\ncontent-length: 0\r\n\r\n'],
    ['no status', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
    ['a malformed chunk size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n\r\n'],
    ['a chunk longer than its size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n'],
    ['a huge chunk size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n'],
    ['a long chunk line', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;${'x'.repeat(5000)}`],
    ['a header without end', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(40_000)}`],
    ['trailers without end', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n${'x: y\r\n'.repeat(10_000)}`],
  ])('refuses %s', async (_what, answer) => {
    const error = await read(answer, false);
    expect(error).toBeInstanceOf(BadResponseError);
    expect(error).toMatchObject({ reason: 'protocol', retryable: false });
  });

  it('never hangs or crashes on noise', async () => {
    let noise = Buffer.alloc(0);
    await using server = await RawServer.start((socket) => socket.end(noise));
    await using client = new LungClient({ baseUrl: server.url, retry: false, breaker: false });
    const line = fc.constantFrom(
      'HTTP/1.1 200 OK',
      'content-length: 3',
      'transfer-encoding: chunked',
      '3',
      '0',
      'abc',
      '',
    );
    const messages = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.array(line, { maxLength: 12 }).map((lines) => Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join('\r\n')}`)),
    );
    await fc.assert(
      fc.asyncProperty(messages, async (bytes) => {
        noise = Buffer.from(bytes);
        const result = await client.send('GET', '/').catch((error: unknown) => error);
        expect(result).toMatchObject({ status: expect.any(Number) });
      }),
      { numRuns: 150 },
    );
  });

  it('takes no more than it may', async () => {
    await using server = await RawServer.start((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n${'x'.repeat(1_000_000)}`),
    );
    await using client = new LungClient({ baseUrl: server.url, maxBytes: 1000, retry: false });
    await expect(client.get('/')).rejects.toBeInstanceOf(ResponseTooLargeError);
  });
});
