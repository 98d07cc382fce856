import { Lung, page } from '@organism/respiratory';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('../src/openapi/diff-command.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'openapi-diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

const run = (...args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--conditions=@organism/source', command, ...args],
      { cwd: folder },
      (_error, out, errors) => resolve({ code: child.exitCode ?? -1, out, errors }),
    );
  });

const write = (name: string, content: unknown): string => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
};

const documentWith = (fields: object, paths: object = {}): object => ({
  openapi: '3.1.0',
  info: { title: 'Shop', version: '1' },
  paths: {
    '/orders': {
      get: {
        responses: {
          200: { content: { 'application/json': { schema: { type: 'object', properties: fields } } } },
        },
      },
    },
    ...paths,
  },
});
const text = { type: 'string' };
const first = write('first.json', documentWith({ id: text }));
const wider = write('wider.json', documentWith({ id: text, note: text }));
const other = write('other.json', documentWith({ note: text }, { '/bills': { get: { responses: {} } } }));

describe('organism-openapi-diff', () => {
  it('ends with 0 where nothing breaks', async () => {
    expect(await run(first, first)).toEqual({ code: 0, out: 'Nothing changed.\n', errors: '' });
    expect(await run(first, wider)).toEqual({
      code: 0,
      out: 'fine      GET /orders  response 200 application/json: /note is new\n0 breaking, 1 fine.\n',
      errors: '',
    });
  });

  it('ends with 1 where something breaks, which it says first', async () => {
    expect(await run(first, other)).toEqual({
      code: 1,
      out: [
        'breaking  GET /orders  response 200 application/json: /id is gone',
        'fine      GET /orders  response 200 application/json: /note is new',
        'fine      GET /bills  is new',
        '1 breaking, 2 fine.',
        '',
      ].join('\n'),
      errors: '',
    });
  });

  it('gives programs a list', async () => {
    const { code, out } = await run(first, other, '--json');
    expect([code, JSON.parse(out)]).toEqual([
      1,
      [
        {
          breaking: true,
          operation: 'GET /orders',
          part: 'response 200 application/json',
          message: '/id is gone',
        },
        { breaking: false, operation: 'GET /orders', part: 'response 200 application/json', message: '/note is new' },
        { breaking: false, operation: 'GET /bills', part: 'operation', message: 'is new' },
      ],
    ]);
    expect(await run('--json', first, first)).toEqual({ code: 0, out: '[]\n', errors: '' });
  });

  it('reads what a server tells of itself', async () => {
    await using lung = await Lung.serve({ port: 0, endpoints: [page('GET /orders', () => 'none')] });
    write('server.json', lung.openApi());
    expect(await run('server.json', `${lung.url}/openapi.json`)).toMatchObject({ code: 0, out: 'Nothing changed.\n' });
    expect(await run('server.json', `${lung.url}/elsewhere`)).toEqual({
      code: 2,
      out: '',
      errors: `${lung.url}/elsewhere can't be read: status 404\n`,
    });
  });

  it.each<[string, readonly string[], string]>([
    ['a file that is not there', ['none.json', first], "none.json can't be read: ENOENT"],
    ['a file that is not JSON', [first, write('bad.json', 'openapi: 3.1.0')], 'bad.json is not JSON.'],
    ['JSON that is no object', [first, write('null.json', 'null')], 'null.json is no OpenAPI 3 document.'],
    ['a list', [first, write('list.json', '[]')], 'list.json is no OpenAPI 3 document.'],
    ['another kind of document', [write('old.json', { swagger: '2.0', paths: {} }), first], 'old.json is no OpenAPI 3'],
    ['paths that are none', [first, write('odd.json', { openapi: '3.1.0', paths: 7 })], 'odd.json is no OpenAPI 3'],
    ['one document', [first], 'Two documents are needed; got 1.\n\nUsage:'],
    ['three documents', [first, first, first], 'Two documents are needed; got 3.\n\nUsage:'],
    ['an option that it has not', ['--yes', first, first], "Unknown option '--yes'"],
  ])('ends with 2 for %s', async (_what, args, complaint) => {
    const { code, out, errors } = await run(...args);
    expect([code, out, errors.slice(0, complaint.length)]).toEqual([2, '', complaint]);
    expect(errors).not.toContain('    at ');
  });

  it('tells how it is used, and is what the package declares', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Usage: organism-openapi-diff /),
    });
    const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { bin: unknown };
    expect(manifest.bin).toEqual({ 'organism-openapi-diff': 'dist/openapi/diff-command.js' });
    expect(readFileSync(command, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
