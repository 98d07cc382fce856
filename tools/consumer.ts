import { build } from 'esbuild';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { type Finished, run } from './checks.ts';

/** Whatever a stranger would do with the packages: pack, install elsewhere, type-check, bundle, run. */
const root = resolve('.');
const isomorphic = ['cell', 'skeletal', 'testing', 'homeostasis', 'metabolic', 'nervous', 'muscular', 'skin-elements'];
const cellLimit = 6 * 1024;
const results: { readonly name: string; readonly problem: string | undefined }[] = [];

const report = (name: string, problem: string | undefined): void => {
  results.push({ name, problem });
  process.stdout.write(
    `${problem === undefined ? 'ok  ' : 'FAIL'} ${name}${problem === undefined ? '' : `\n${problem}`}\n`,
  );
};
const reportRun = (name: string, { code, output }: Finished): boolean => {
  report(name, code === 0 ? undefined : output);
  return code === 0;
};

const program = `
import assert from 'node:assert/strict';
import { Cell, Organism, toMermaid } from '@organism/cell';
import { Breaker, regulate, Retry, Timeout } from '@organism/homeostasis';
import { Glycogen } from '@organism/metabolic';
import { Mitochondrion } from '@organism/metabolic/workers';
import { Muscle, onEvent } from '@organism/muscular';
import { Astrocyte, EventBus, Microglia, NeuralCircuit, ReflexNeuron } from '@organism/nervous';
import { SqliteState } from '@organism/nervous/sqlite';
import { endpoint, Lung } from '@organism/respiratory';
import { Bone, compatibility, type OutputOf } from '@organism/skeletal';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import { z } from 'zod';

export const Quake = new Bone('seismic.quake', z.object({ place: z.string(), magnitude: z.number().max(10) }));
export type Quake = OutputOf<typeof Quake>;
const Verdict = new Bone('seismic.verdict', z.object({ alert: z.boolean() }));
const assess = new Muscle({ name: 'assess', input: Quake, output: Verdict, run: ({ magnitude }) => ({ alert: magnitude > 5 }) });
const bus = new EventBus();
bus.attach(onEvent(Quake, assess));
const lung = new Lung({ port: 0, needs: [bus], endpoints: [endpoint('POST /quakes', assess)] });
const body = await new Organism({ name: 'watch', cells: [lung, bus, new Cell({ name: 'clockwork' })] }).start();
const answer = await fetch(lung.url + '/quakes', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ place: 'x', magnitude: 6 }) });
assert.deepEqual(await answer.json(), { alert: true });
assert.equal(await bus.publish(Quake, { place: 'y', magnitude: 1 }), 1);
assert.match(toMermaid(body.describe()), /flowchart/);
assert.equal(compatibility(Quake, Quake).level, 'full');
const relay = new ReflexNeuron({ name: 'relay', dendrites: { in: Quake }, axons: { out: Quake }, react: { in: (quake, { out }) => out.fire(quake) } });
const circuit = await new NeuralCircuit({ name: 'c', clock: new VirtualClock(), supervisor: new Microglia() }).add(relay).start();
const seen: Quake[] = [];
circuit.observe(relay.axons.out, (quake) => seen.push(quake));
circuit.stimulate(relay.dendrites.in, { place: 'z', magnitude: 2 });
assert.equal(seen.length, 1);
assert.equal(new SeededEntropy(1).random(), new SeededEntropy(1).random());
await circuit.stop();
assert.equal(await regulate(new Retry(), new Timeout({ ms: 1000 }), new Breaker()).execute(() => 1), 1);
const store = await new Astrocyte({ driver: new SqliteState({ path: ':memory:' }) }).start();
assert.equal((await store.set('k', 1)).value, 1);
await store.stop();
const cache = new Glycogen<number>({ name: 'cache' });
assert.equal(await cache.fetch('k', () => 7), 7);
assert.equal(typeof Mitochondrion, 'function');
await body.stop();
console.log('works');
`;
const pageProgram = `import '@organism/skin-elements';\nconst button = document.createElement('skin-button');\ndocument.body.append(button);\nexport const label: string | null = button.textContent;\n`;

const strict = {
  target: 'es2024',
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'],
  types: ['node'],
};

const pack = async (tarballs: string): Promise<{ readonly name: string; readonly file: string }[]> => {
  const packed: { name: string; file: string }[] = [];
  for (const folder of [
    ...readdirSync('systems').map((name) => `systems/${name}`),
    ...readdirSync('skin').map((name) => `skin/${name}`),
  ]) {
    const { code, output } = await run('npm', ['pack', '--silent', '--pack-destination', tarballs], {
      cwd: join(root, folder),
    });
    const name = (JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { name: string }).name;
    if (code === 0) packed.push({ name, file: join(tarballs, output.trim().split('\n').at(-1) ?? '') });
    else report(`pack ${name}`, output);
  }
  return packed;
};

const lintPackage = async (name: string, file: string, installed: string): Promise<void> => {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true, pack: false });
  const serious = messages
    .filter(({ type }) => type !== 'suggestion')
    .map((message) => formatMessage(message, pkg) ?? message.code);
  report(`publint ${name}`, serious.length === 0 ? undefined : serious.join('\n'));
  reportRun(
    `are the types wrong? ${name}`,
    await run('attw', [
      file,
      '--profile',
      'esm-only',
      '--exclude-entrypoints',
      'skin.js',
      'theme.js',
      'tokens.css',
      '--format',
      'ascii',
      '--no-color',
      '--no-emoji',
    ]),
  );
};

const bundle = async (project: string, name: string): Promise<void> => {
  const entry = join(project, `bundle-${name}.js`);
  writeFileSync(entry, `export * from '@organism/${name}';\n`);
  try {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      logLevel: 'silent',
    });
    const size = gzipSync(outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length;
    const tooLarge = name === 'cell' && size > cellLimit ? `${size} bytes are more than ${cellLimit}` : undefined;
    report(`bundle ${name} for a browser: ${(size / 1024).toFixed(1)} KB min+gzip, dependencies included`, tooLarge);
  } catch (error) {
    report(`bundle ${name} for a browser`, error instanceof Error ? error.message : String(error));
  }
};

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string }).version;

const typeCheck = async (project: string, module: 'nodenext' | 'bundler'): Promise<void> => {
  const compilerOptions =
    module === 'nodenext'
      ? { ...strict, module, moduleResolution: module }
      : { ...strict, module: 'esnext', moduleResolution: module };
  writeFileSync(
    join(project, `tsconfig.${module}.json`),
    JSON.stringify({ compilerOptions, files: ['program.ts', 'page.ts'] }),
  );
  reportRun(
    `type-check with ${module} resolution, libraries included`,
    await run(join(root, 'node_modules/.bin/tsc'), ['-p', `tsconfig.${module}.json`], { cwd: project }),
  );
};

const main = async (): Promise<void> => {
  if (!reportRun('build', await run('tsc', ['-b']))) return;
  if (!reportRun('bundle of the elements', await run('npm', ['run', '--silent', 'bundle', '-w', 'skin/elements'])))
    return;
  const project = mkdtempSync(join(tmpdir(), 'organism-consumer-'));
  try {
    const tarballs = join(project, 'tarballs');
    mkdirSync(tarballs);
    const packed = await pack(tarballs);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'stranger', private: true, type: 'module' }));
    const others = ['zod', '@types/node'].map((name) => `${name}@${versionOf(name)}`);
    const install = await run(
      'npm',
      [
        'install',
        '--prefer-offline',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        ...packed.map(({ file }) => file),
        ...others,
      ],
      { cwd: project },
    );
    if (!reportRun('install into an empty project', install)) return;
    writeFileSync(join(project, 'program.ts'), program);
    writeFileSync(join(project, 'page.ts'), pageProgram);
    for (const module of ['nodenext', 'bundler'] as const) await typeCheck(project, module);
    reportRun('run in Node', await run('node', ['program.ts'], { cwd: project }));
    for (const name of isomorphic) await bundle(project, name);
    for (const { name, file } of packed) await lintPackage(name, file, join(project, 'node_modules', name));
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
};

await main();
const failed = results.filter(({ problem }) => problem !== undefined).length;
process.stdout.write(`${results.length - failed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
