import { Muscle } from '@organism/muscular';
import { emitClient, endpoint, Lung } from '@organism/respiratory';
import { Bone } from '@organism/skeletal';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Benchmark } from './lib/benchmark.ts';
import { versionOf } from './lib/version.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** An API of so many routes, each with shapes of its own. */
const documentOf = (routes: number): Readonly<Record<string, unknown>> => {
  const endpoints = Array.from({ length: routes }, (_, index) => {
    const Input = new Bone(
      `input-${index}`,
      z.object({ id: z.string(), name: z.string(), count: z.number().optional() }),
    );
    const Output = new Bone(
      `output-${index}`,
      z.object({
        id: z.string(),
        items: z.array(z.object({ sku: z.string(), price: z.number() })),
        note: z.string().nullable(),
      }),
    );
    const muscle = new Muscle({ name: `operation-${index}`, input: Input, output: Output, run: () => ({}) as never });
    return endpoint(`${index % 2 === 0 ? 'GET' : 'POST'} /resource-${index}/:id`, muscle);
  });
  return new Lung({ info: { title: 'Large', version: '1' }, endpoints }).openApi();
};

const uses = (routes: number): string =>
  `import { createClient } from './client.ts';\nimport type { LungClient } from '@organism/respiratory/client';\nexport const use = async (client: LungClient): Promise<void> => {\n  const api = createClient(client);\n${Array.from({ length: routes }, (_, index) => `  (await api.operation${index}({ params: { id: 'x' }${index % 2 === 0 ? `, query: { name: 'a' }` : `, json: { id: 'x', name: 'a' }`} })).items[0]?.price.toFixed();`).join('\n')}\n};\n`;

const check = (files: Readonly<Record<string, string>>): { readonly seconds: number; readonly output: string } => {
  const folder = mkdtempSync(join(here, '../.cache/emit-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const config = {
      extends: '../../tsconfig.base.json',
      // With declarations, as it is installed, and not the sources.
      compilerOptions: {
        noEmit: true,
        composite: false,
        declarationMap: false,
        skipLibCheck: true,
        types: ['node'],
        customConditions: [],
      },
      files: Object.keys(files),
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const began = process.hrtime.bigint();
    const { stdout } = spawnSync('tsc', ['-p', folder], { encoding: 'utf8' });
    return { seconds: Number(process.hrtime.bigint() - began) / 1e9, output: stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const routes = 200;

/** How long the compiler takes for an emitted client and a call of each of its operations, cold. */
export const benchmark: Benchmark = {
  name: 'respiratory.emit',
  description: 'type-check of an emitted client of 200 routes, with all it imports, against the same without it',
  verify: () => {
    assert.equal(check({ 'client.ts': emitClient(documentOf(3)), 'use.ts': uses(3) }).output, '');
  },
  figures: async ({ quick }) => {
    const source = emitClient(documentOf(routes));
    const empty = `import type { LungClient } from '@organism/respiratory/client';\nexport type Client = LungClient;\n`;
    const [own, base]: [number[], number[]] = [[], []];
    for (let round = 0; round < (quick ? 3 : 7); round += 1) {
      own.push(check({ 'client.ts': source, 'use.ts': uses(routes) }).seconds);
      base.push(check({ 'use.ts': empty }).seconds);
    }
    const median = (all: number[]): number => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
    const common = { unit: 's', better: 'lower' as const, ours: median(own) };
    return [
      { ...common, name: 'type-check of 200 routes', peer: '(goal)', peerVersion: '', theirs: 2, goal: 1 },
      {
        ...common,
        name: 'type-check of 200 routes',
        peer: 'only what it imports, TypeScript',
        peerVersion: versionOf('typescript'),
        theirs: median(base),
        goal: null,
      },
    ];
  },
};
