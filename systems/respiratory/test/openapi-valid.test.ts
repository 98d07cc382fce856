import { emitClient } from '@organism/respiratory';
import { FetchTransport, LungClient } from '@organism/respiratory/client';
import { compileErrors, validate } from '@readme/openapi-parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { richLung } from './openapi-rich.ts';

// Inside the repository, so that the module finds what it imports.
const folder = fileURLToPath(new URL(`../../../.cache/emit-${process.pid}/`, import.meta.url));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles emitted modules as strictly as our own, and gives the folder they are in. */
const compile = (files: Readonly<Record<string, string>>): void => {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const config = {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      noEmit: true,
      composite: false,
      declarationMap: false,
      skipLibCheck: true,
      lib: ['es2024', 'esnext.disposable', 'dom'],
      types: ['node'],
    },
    files: Object.keys(files),
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  try {
    execFileSync('tsc', ['-p', folder], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout, { cause: error });
  }
};

describe('the API document of an app with something of everything', () => {
  it('is valid to one validator', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(richLung().openApi()));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('is valid to another', async () => {
    const result = await validate(structuredClone(richLung().openApi()) as never);
    expect(result.valid ? '' : compileErrors(result)).toBe('');
  });

  it('is what they would refuse if it were not', async () => {
    const broken = structuredClone(richLung().openApi()) as { paths: Record<string, Record<string, object>> };
    broken.paths['/shapes'] = { get: { responses: 7 } as object };
    expect((await new Validator().validate(structuredClone(broken))).valid).toBe(false);
    expect((await validate(broken as never)).valid).toBe(false);
  });
});

describe('emitClient', () => {
  it('writes every type out', () => {
    const source = emitClient(richLung().openApi());
    for (const text of [
      `drawShape(input: DrawShapeInput, options?: CallOptions): Promise<ShopShapeOutput>;`,
      `readonly kind: "circle";`,
      `readonly "a-label": (string | null);`,
      `readonly tag?: readonly ("a" | "b")[];`,
      `readonly tuple: readonly [string, number];`,
      `listShapes(input?: ListShapesInput, options?: CallOptions): Promise<ShopShapes>;`,
      `remove(input: RemoveInput, options?: CallOptions): Promise<void>;`,
      `readonly "x-tenant": string;`,
      `readonly "api-version"?: string;`,
      `@deprecated`,
    ])
      expect(source).toContain(text);
    expect(source).not.toMatch(/\*\/ process/);
  });

  it('gives a module that compiles, whose calls are typed, and work', async () => {
    const lung = richLung();
    const uses = `
      import { createClient, type ShopClient, type ShopShape } from './client.ts';
      import type { LungClient } from '@organism/respiratory/client';
      export const use = async (client: LungClient): Promise<readonly unknown[]> => {
        const shop: ShopClient = createClient(client);
        const circle: ShopShape = { kind: 'circle', radius: 1 };
        const drawn = await shop.drawShape({ json: circle });
        const size: number = drawn.kind === 'circle' ? drawn.radius : drawn.side;
        // @ts-expect-error A square has a side.
        const wrong: ShopShape = { kind: 'square', radius: 1 };
        // @ts-expect-error The id is missing.
        void (() => shop.showShape());
        const { id } = await shop.showShape({ params: { id: 'a/b' } }, { timeoutMs: 5000 });
        const [first] = await shop.listShapes({ query: { page: 3, tag: ['a'] } });
        const removed: void = await shop.remove({ params: { id: 'x' } });
        return [size, id, first?.page, removed, wrong.kind];
      };
    `;
    compile({ 'client.ts': emitClient(lung.openApi()), 'use.ts': uses });
    const module = (await import(pathToFileURL(join(folder, 'use.ts')).href)) as {
      use(client: LungClient): Promise<readonly unknown[]>;
    };
    const transport = new FetchTransport({ fetch: (request) => lung.fetch(request) });
    await using client = new LungClient({ baseUrl: 'http://shop.example', transport });
    expect(await module.use(client)).toEqual([1, 'a/b', 3, undefined, 'square']);
  });

  it('survives documents of others: strange names, references, hostile texts', () => {
    const hostile = '*/ throw new Error("x"); /*';
    const source = emitClient({
      openapi: '3.1.0',
      info: { title: `7 ${hostile}`, version: hostile },
      paths: {
        '/a/{id}': {
          parameters: [{ $ref: '#/components/parameters/Id' }],
          get: { description: hostile, responses: { 200: { $ref: '#/components/responses/Ok' } } },
          put: {
            operationId: 'send',
            requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/a~1b' } } } },
            responses: { default: { description: '' } },
          },
          post: { operationId: 'constructor', responses: { 204: { description: '' } } },
        },
        '/b"\n`$': { get: { operationId: hostile, responses: { 200: { content: { 'text/plain': {} } } } } },
      },
      components: {
        parameters: { Id: { name: 'id', in: 'path', required: true, schema: { type: 'string' } } },
        responses: { Ok: { content: { 'application/hal+json': { schema: { $ref: '#/components/schemas/Send' } } } } },
        schemas: {
          'a/b': { allOf: [{ $ref: '#/components/schemas/Send' }, { type: 'object', properties: { [hostile]: {} } }] },
          Send: {
            type: ['object', 'null'],
            description: hostile,
            properties: { self: { $ref: '#/components/schemas/Send' } },
          },
          send: { enum: ['"', "'", hostile, null, 1] },
          'a.b': { not: {} },
          outside: { $ref: 'https://example.org/other.json' },
          never: false as never,
          open: { type: 'object', additionalProperties: { type: 'string' } },
          tuple: { type: 'array', prefixItems: [{ type: 'number' }], items: { type: 'string' } },
        },
      },
    });
    compile({ 'hostile.ts': source });
  });
});
