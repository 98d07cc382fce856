import { Lung, multipart, type MultipartOptions, respond } from '@organism/respiratory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Seen {
  readonly name: string;
  readonly filename?: string | undefined;
  readonly type: string;
  readonly text: string;
}

const lungOf = (options: MultipartOptions = {}): Lung =>
  new Lung({
    onError: () => {},
    endpoints: [
      respond('POST /upload', async (exchange) => {
        const seen: Seen[] = [];
        for await (const part of multipart(exchange, options))
          seen.push({
            name: part.name,
            filename: part.filename,
            type: part.contentType,
            text: await part.text(10_000_000),
          });
        exchange.sendJson(200, seen);
      }),
      respond('POST /names', async (exchange) => {
        const names: string[] = [];
        for await (const { name } of multipart(exchange, options)) names.push(name);
        exchange.sendJson(200, names);
      }),
    ],
  });

const type = 'multipart/form-data; boundary=xyz';
const send = (lung: Lung, body: string, path = '/upload'): Promise<Response> =>
  lung.inject(`POST ${path}`, { body, headers: { 'content-type': type } });
const part = (name: string, text: string): string =>
  `--xyz\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;

describe('multipart', () => {
  it('gives fields and files in order', async () => {
    const form = new FormData();
    form.append('title', 'Bilder – neu');
    form.append('file', new Blob(['a\r\n--b'], { type: 'text/csv' }), 'a "quoted".csv');
    form.append('file', new Blob([]), 'empty.bin');
    const answer = await lungOf().inject('POST /upload', { body: form });
    expect(await answer.json()).toEqual([
      { name: 'title', type: 'text/plain', text: 'Bilder – neu' },
      { name: 'file', filename: 'a "quoted".csv', type: 'text/csv', text: 'a\r\n--b' },
      { name: 'file', filename: 'empty.bin', type: 'application/octet-stream', text: '' },
    ]);
  });

  it('drops what nobody reads, and takes a preamble', async () => {
    const body = `preamble\r\n${part('a', 'x'.repeat(100_000))}${part('b', 'y')}--xyz--\r\nepilogue`;
    expect(await (await send(lungOf(), body, '/names')).json()).toEqual(['a', 'b']);
    expect(await (await send(lungOf(), '--xyz--\r\n', '/names')).json()).toEqual([]);
  });

  it('keeps only the last part of a file’s path', async () => {
    const head = 'content-disposition: form-data; name=f; filename="../../etc/passwd"';
    const answer = await send(lungOf(), `--xyz\r\n${head}\r\n\r\n\r\n--xyz--`);
    expect(await answer.json()).toMatchObject([{ filename: 'passwd' }]);
  });

  it.each([
    ['a body that breaks off', part('a', 'x')],
    ['no boundary', 'rubbish'],
    ['a part without a name', '--xyz\r\ncontent-disposition: form-data\r\n\r\nx\r\n--xyz--'],
    ['a part without headers', '--xyz\r\n\r\nx\r\n--xyz--'],
    ['headers that never end', `--xyz\r\n${'a: b\r\n'.repeat(5000)}`],
    ['a boundary that goes on', `--xyzzy\r\n${part('a', 'x')}--xyz--`],
    ['too many parts', `${part('a', 'x').repeat(101)}--xyz--`],
  ])('refuses %s', async (_name, body) => {
    const answer = await send(lungOf(), body);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'RESPIRATORY_BAD_MULTIPART' }]);
  });

  it('refuses another type, and what is too large', async () => {
    const other = await lungOf().inject('POST /upload', { body: 'x', headers: { 'content-type': 'text/plain' } });
    expect(other.status).toBe(415);
    const body = `${part('a', 'x'.repeat(1000))}--xyz--`;
    expect((await send(lungOf({ maxPartBytes: 999 }), body)).status).toBe(413);
    expect((await send(lungOf({ maxBytes: 500 }), body)).status).toBe(413);
    expect((await send(lungOf({ maxPartBytes: 1000 }), body)).status).toBe(200);
    expect((await send(lungOf({ maxParts: -1 }), body)).status).toBe(500);
  });

  it('property: however a body is cut into chunks, and whatever looks like its boundary, the parts are the same', async () => {
    const piece = fc.constantFrom('\r\n', '--xyz', '\r\n--xy', '-', '\r', '\n', 'a', 'b'.repeat(40));
    // The delimiter itself can't be part of a content.
    const content = fc
      .array(piece, { maxLength: 12 })
      .map((pieces) => pieces.join(''))
      .filter((text) => !`\r\n${text}\r\n`.includes('\r\n--xyz'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(content, { maxLength: 4 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        async (texts, cuts) => {
          const bytes = new TextEncoder().encode(
            `${texts.map((text, index) => part(`p${index}`, text)).join('')}--xyz--\r\n`,
          );
          let [at, turn] = [0, 0];
          const body = new ReadableStream<Uint8Array>({
            pull: (controller) => {
              const size = cuts[turn % cuts.length] ?? 1;
              turn += 1;
              if (at >= bytes.length) controller.close();
              else controller.enqueue(bytes.slice(at, (at += size)));
            },
          });
          const answer = await lungOf().inject('POST /upload', { body, headers: { 'content-type': type } });
          const seen = (await answer.json()) as Seen[];
          expect(seen.map(({ text }) => text)).toEqual(texts);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('property: no bytes make it fail in another way than by 400 or 413', async () => {
    const lung = lungOf({ maxBytes: 200 });
    const piece = fc.constantFrom(
      '--xyz',
      '\r\n',
      'content-disposition: form-data; name="a"',
      ':',
      '--',
      '\0',
      'x',
      '"',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
        expect([200, 400, 413]).toContain((await send(lung, pieces.join(''))).status);
      }),
      { numRuns: 300 },
    );
  });
});
