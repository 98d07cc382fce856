import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { middlePair } from './lib/http/statistics.ts';
import { versionOf } from './lib/version.ts';

interface Program {
  readonly name: string;
  readonly package: string;
  readonly source: string;
}

const order = `z.object({ id: z.string(), lines: z.array(z.object({ sku: z.string(), count: z.number() })) })`;
const answered = `if (!(await fetch(url + '/hello')).ok) process.exit(1); const { user, system } = process.cpuUsage(); process.stdout.write(String((user + system) / 1000)); process.exit();`;

/** From nothing to the first answer, with one checked route; as it is installed, compiled. */
const programs: readonly Program[] = [
  {
    name: 'ours',
    package: 'node',
    source: `
      import { Muscle } from '@organism/muscular';
      import { endpoint, Lung } from '@organism/respiratory';
      import { Bone } from '@organism/skeletal';
      import { z } from 'zod';
      const hello = new Muscle({ name: 'hello', run: () => ({ hello: 'world' }) });
      const buy = new Muscle({ name: 'buy', input: new Bone('order', ${order}), run: ({ id }) => ({ id }) });
      const { url } = await Lung.serve({ port: 0, endpoints: [endpoint('GET /hello', hello), endpoint('POST /orders', buy)] });
      ${answered}`,
  },
  {
    name: 'fastify',
    package: 'fastify',
    source: `
      import { fastify } from 'fastify';
      import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
      import { z } from 'zod';
      const app = fastify().setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
      app.get('/hello', () => ({ hello: 'world' }));
      app.post('/orders', { schema: { body: ${order} } }, ({ body }) => ({ id: body.id }));
      const url = await app.listen({ port: 0, host: '127.0.0.1' });
      ${answered}`,
  },
  {
    name: 'hono',
    package: 'hono',
    source: `
      import { serve } from '@hono/node-server';
      import { zValidator } from '@hono/zod-validator';
      import { Hono } from 'hono';
      import { z } from 'zod';
      const app = new Hono();
      app.get('/hello', (context) => context.json({ hello: 'world' }));
      app.post('/orders', zValidator('json', ${order}), (context) => context.json({ id: context.req.valid('json').id }));
      const { port } = await new Promise((resolve) => serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, resolve));
      const url = 'http://127.0.0.1:' + port;
      ${answered}`,
  },
];

const here = fileURLToPath(new URL('.', import.meta.url));

interface Start {
  /** Milliseconds from the start of the process until it has ended. */
  readonly took: number;
  /** Milliseconds of CPU until the answer, which a machine's other work does not change much. */
  readonly cpu: number;
}

const run = ({ source, name }: Program): Start => {
  const began = process.hrtime.bigint();
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    cwd: here,
    encoding: 'utf8',
  });
  assert.ok(Number(stdout) > 0, `${name}: ${stdout} ${stderr}`);
  return { took: Number(process.hrtime.bigint() - began) / 1e6, cpu: Number(stdout) };
};
const taking = programs.filter(({ package: name }) => versionOf(name) !== 'unknown');
const isBuilt = existsSync(fileURLToPath(new URL('../systems/respiratory/dist/index.js', import.meta.url)));

/** Start of a process to its first answer. Needs `npm run build`, as nobody installs sources. */
export const benchmark: Benchmark = {
  name: 'respiratory.boot',
  description: 'from the start of a process to its first answer, with one checked route: time, and CPU',
  verify: () => {
    if (!isBuilt) throw new Error('Build first: npm run build');
    for (const program of taking) run(program);
  },
  figures: async ({ quick }) => {
    const starts = taking.map((): Start[] => []);
    for (let round = 0; round < (quick ? 5 : 21); round += 1)
      for (const [index, program] of taking.entries()) starts[index]?.push(run(program));
    const [own = [], ...theirs] = starts;
    const figure = (name: string, unit: string, key: keyof Start, index: number): Figure => {
      const { name: peer, package: from } = taking[index + 1] ?? { name: '', package: '' };
      const [mine, other] = middlePair(
        own.map((start) => start[key]),
        (theirs[index] ?? []).map((start) => start[key]),
      );
      return { name, unit, better: 'lower', ours: mine, peer, peerVersion: versionOf(from), theirs: other, goal: null };
    };
    return theirs.flatMap((_all, index) => [
      figure('start to first answer', 'ms', 'took', index),
      figure('start to first answer, CPU', 'ms CPU', 'cpu', index),
    ]);
  },
};
