import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, nodesOf, type Package, packagesIn, readJson } from './packages.ts';

const { floors, neighbours, isomorphic } = readJson<{
  floors: string[][];
  neighbours: [string, string][];
  isomorphic: string[];
}>('tools/floors.json');
const organs = packagesIn('{systems,skin}/*');
const everything = [...organs, ...packagesIn('examples/*')];
const floorOf = (name: string): number => floors.findIndex((floor) => floor.includes(name));
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));

describe('the toolchain', () => {
  it('runs on Node 24, which came with npm ci', () => {
    expect(process.version).toMatch(/^v24\./);
  });

  it('has at most 20 visible entries at the root', () => {
    const visible = readdirSync('.').filter((name) => !name.startsWith('.') && name !== 'node_modules');
    expect(visible.length).toBeLessThanOrEqual(20);
  });

  it('names no registry host in any file', () => {
    const host = ['registry', 'npmjs', 'org'].join('.');
    const naming = tracked.filter(
      (file) => /\.(json|md|ts|mjs|ya?ml)$|^\.npmrc$/.test(file) && readFileSync(file, 'utf8').includes(host),
    );
    expect(naming).toEqual([]);
  });

  it('gives all public packages one version, and each depends on the others at it', () => {
    const versions = new Set(organs.map(({ json }) => json.version));
    expect(versions.size).toBe(1);
    for (const { name, json } of everything) {
      for (const [dependency, range] of Object.entries(json.dependencies ?? {})) {
        if (dependency.startsWith('@organism/'))
          expect([name, dependency, range]).toEqual([name, dependency, [...versions][0]]);
      }
    }
  });
});

describe.each(everything.map((one) => [one.name, one] as const))('%s', (name, one: Package) => {
  const own = one.json.name;
  const listed = new Set([
    ...Object.keys(one.json.dependencies ?? {}),
    ...Object.keys(one.json.peerDependencies ?? {}),
  ]);
  const imports = one.sources.flatMap((file) => importsOf(file).map((specifier) => ({ file, specifier })));
  const foreign = imports.filter(({ specifier }) => !/^[.#]|^node:/.test(specifier) && packageOf(specifier) !== own);

  it('stands on a floor, and imports only downwards', () => {
    expect(floorOf(name)).toBeGreaterThanOrEqual(0);
    const upward = foreign.filter(({ specifier }) => {
      if (!specifier.startsWith('@organism/')) return false;
      const other = packageOf(specifier).replace('@organism/', '');
      const allowed = neighbours.some(([from, to]) => from === name && to === other);
      return !allowed && floorOf(other) >= floorOf(name);
    });
    expect(upward).toEqual([]);
  });

  it('never reaches into another package', () => {
    expect(
      imports.filter(
        ({ file, specifier }) =>
          specifier.startsWith('..') && !join(file, '..', specifier).startsWith(join(one.folder, 'src')),
      ),
    ).toEqual([]);
    const undeclared = foreign.filter(({ specifier }) => {
      const other = organs.find(({ json }) => json.name === packageOf(specifier));
      return other !== undefined && other.json.exports?.[`.${specifier.slice(other.json.name.length)}`] === undefined;
    });
    expect(undeclared).toEqual([]);
  });

  it('lists what it imports, and imports what it lists', () => {
    expect(foreign.filter(({ specifier }) => !listed.has(packageOf(specifier)))).toEqual([]);
    const used = new Set(foreign.map(({ specifier }) => packageOf(specifier)));
    const typesOnly = one.sources.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect([...listed].filter((dependency) => !used.has(dependency) && !typesOnly.includes(`'${dependency}`))).toEqual(
      [],
    );
  });
});

describe.each(organs.map((organ) => [organ.name, organ] as const))(
  '%s, as a published package',
  (name, { folder, json, sources }: Package) => {
    it('has what a reader looks for', () => {
      expect([json.license, json.description?.endsWith('.'), json.private]).toEqual(['MIT', true, undefined]);
      expect(existsSync(join(folder, 'README.md'))).toBe(true);
    });

    it('exports files that exist, source first', () => {
      for (const [subpath, target] of Object.entries(json.exports ?? {})) {
        if (typeof target === 'string' || target['@organism/source'] === undefined) continue;
        expect([subpath, Object.keys(target)]).toEqual([subpath, ['@organism/source', 'types', 'default']]);
        const source = target['@organism/source'];
        expect([subpath, existsSync(join(folder, source))]).toEqual([subpath, true]);
        expect([target['types'], target['default']]).toEqual([
          source.replace('src', 'dist').replace(/ts$/, 'd.ts'),
          source.replace('src', 'dist').replace(/ts$/, 'js'),
        ]);
      }
    });

    if (isomorphic.includes(name))
      it('runs anywhere: imports nothing of Node outside *.node.ts', () => {
        const bound = sources.filter(
          (file) => !file.endsWith('.node.ts') && importsOf(file).some((specifier) => specifier.startsWith('node:')),
        );
        expect(bound).toEqual([]);
      });

    // The skin lives in browsers, whose timers its tests can replace.
    if (!folder.startsWith('skin'))
      it('takes time and chance from Clock and Entropy only', () => {
        const home = /systems\/cell\/src\/(clock|entropy)\.ts$/;
        const members = ['Date.now', 'performance.now', 'Math.random', 'crypto.randomUUID', 'crypto.getRandomValues'];
        const globals = ['setTimeout', 'setInterval', 'setImmediate'];
        const found = sources
          .filter((file) => !home.test(file))
          .flatMap((file) =>
            [...nodesOf(file)]
              .filter((node) => {
                const callee = (node['callee'] ?? {}) as {
                  type?: string;
                  name?: string;
                  object?: { name?: string };
                  property?: { name?: string };
                };
                if (node.type === 'NewExpression')
                  return callee.name === 'Date' && Array.isArray(node['arguments']) && node['arguments'].length === 0;
                if (node.type !== 'CallExpression') return false;
                return (
                  globals.includes(callee.name ?? '') ||
                  members.includes(`${callee.object?.name}.${callee.property?.name}`)
                );
              })
              .map((node) => `${file}: ${node.type}`),
          );
        expect(found).toEqual([]);
      });

    it('documents every export, and never says any', () => {
      const bare: string[] = [];
      for (const file of sources) {
        const text = readFileSync(file, 'utf8');
        expect([file, [...nodesOf(file)].filter(({ type }) => type === 'TSAnyKeyword').length]).toEqual([file, 0]);
        for (const found of text.matchAll(
          /^export (?:declare )?(?:abstract )?(?:async )?(?:const|class|function\*?|interface|type) (\w+)/gm,
        )) {
          const before = text.slice(0, found.index).trimEnd();
          // Overloads after the first, and a type that shares its name with the documented value below it, need none of their own.
          const isRepeated = new RegExp(`\\*/\\s*export [\\w ]+ ${found[1]}\\b`).test(text);
          if (!before.endsWith('*/') && !isRepeated) bare.push(`${file}: ${found[1]}`);
        }
      }
      expect(bare).toEqual([]);
    });

    it('keeps files short: none over 400 lines', () => {
      const lengths = sources.map((file) => [file, readFileSync(file, 'utf8').split('\n').length] as const);
      expect(lengths.filter(([, length]) => length > 400)).toEqual([]);
    });
  },
);

it('keeps files short over all: half of them under 90 lines, nine of ten under 250', () => {
  const lengths = organs
    .flatMap(({ sources }) => sources.map((file) => readFileSync(file, 'utf8').split('\n').length))
    .sort((a, b) => a - b);
  expect(lengths[Math.floor(lengths.length * 0.5)]).toBeLessThanOrEqual(90);
  expect(lengths[Math.floor(lengths.length * 0.9)]).toBeLessThanOrEqual(250);
});
