import { Router } from '@organism/respiratory';
import assert from 'node:assert/strict';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { sink } from './lib/measure.ts';
import { versionOf } from './lib/version.ts';

const resources = Array.from({ length: 20 }, (_, index) => `resource-${index}`);

/** 100 routes: for each of 20 resources a list, a search, one by id, a part of one, and files below. */
const routes = resources.flatMap((name) => [
  `/api/v1/${name}`,
  `/api/v1/${name}/search`,
  `/api/v1/${name}/:id`,
  `/api/v1/${name}/:id/items/:item`,
  `/static/${name}/*path`,
]);

type Find = (path: string) => unknown;

interface Contender {
  readonly name: string;
  readonly package: string;
  make(): Promise<Find>;
}

/** What one would write by hand: a RegExp for each route, tried in order. */
const naive: Contender = {
  name: '(one RegExp per route)',
  package: 'node',
  make: async () => {
    const all = routes.map((path) => ({
      path,
      pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)').replace(/\*(\w+)/, '(?<$1>.*)')}$`),
    }));
    return (path) => {
      for (const { path: value, pattern } of all) {
        const match = pattern.exec(path);
        if (match !== null) return { value, params: { ...match.groups } };
      }
      return undefined;
    };
  },
};

const ours: Contender = {
  name: 'ours',
  package: 'node',
  make: async () => {
    const router = new Router<string>();
    for (const path of routes) router.add('GET', path, path);
    return (path) => {
      const found = router.find('GET', path);
      return found.kind === 'found' ? found : undefined;
    };
  },
};

interface FindMyWay {
  on(method: string, path: string, handler: () => void, store: string): void;
  find(method: string, path: string): { readonly store: string; readonly params: object } | null;
}

const findMyWay: Contender = {
  name: 'find-my-way',
  package: 'find-my-way',
  make: async () => {
    const name = 'find-my-way';
    const { default: make } = (await import(name)) as { readonly default: () => FindMyWay };
    const router = make();
    for (const path of routes) router.on('GET', path.replace(/\*\w+/, '*'), () => {}, path);
    return (path) => {
      const found = router.find('GET', path);
      return found === null ? undefined : { value: found.store, params: found.params };
    };
  },
};

interface Rou3 {
  createRouter(): object;
  addRoute(router: object, method: string, path: string, value: string): void;
  findRoute(
    router: object,
    method: string,
    path: string,
  ): { readonly data: string; readonly params: object } | undefined;
}

const rou3: Contender = {
  name: 'rou3',
  package: 'rou3',
  make: async () => {
    const name = 'rou3';
    const { createRouter, addRoute, findRoute } = (await import(name)) as Rou3;
    const router = createRouter();
    for (const path of routes) addRoute(router, 'GET', path.replace('*', '**:'), path);
    return (path) => {
      const found = findRoute(router, 'GET', path);
      return found === undefined ? undefined : { value: found.data, params: found.params };
    };
  },
};

const contenders = [ours, naive, findMyWay, rou3].filter(({ package: name }) => versionOf(name) !== 'unknown');

const targets: Readonly<Record<string, (index: number) => string>> = {
  static: (index) => `/api/v1/resource-${index % 20}/search`,
  dynamic: (index) => `/api/v1/resource-${index % 20}/id-${index}/items/item-${index}`,
  'the rest': (index) => `/static/resource-${index % 20}/css/style-${index}.css`,
  missing: (index) => `/api/v2/resource-${index % 20}/nope-${index}`,
};

const size = 2000;

/** Strings as a parser makes them: flat, and never hashed before. */
const fresh = (bytes: readonly Buffer[]): string[] => bytes.map((one) => one.toString('latin1'));

const batch = (find: Find, bytes: readonly Buffer[]): number => {
  const paths = fresh(bytes);
  const started = process.hrtime.bigint();
  for (const path of paths) sink.value = find(path);
  return Number(process.hrtime.bigint() - started) / paths.length;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Look-ups of paths that no cache has seen. */
export const benchmark: Benchmark = {
  name: 'respiratory.router',
  description: 'look-ups of fresh strings among 100 routes, against the routers installed',
  verify: async () => {
    for (const contender of contenders) {
      const find = await contender.make();
      assert.deepEqual(find('/api/v1/resource-3/a/items/b') !== undefined, true, contender.name);
      assert.deepEqual(find('/api/v2/nope'), undefined, contender.name);
    }
  },
  figures: async ({ quick }) => {
    const finds: Find[] = [];
    for (const contender of contenders) finds.push(await contender.make());
    const figures: Figure[] = [];
    for (const [name, target] of Object.entries(targets)) {
      const bytes = Array.from({ length: size }, (_, index) => Buffer.from(target(index), 'latin1'));
      const times = finds.map((): number[] => []);
      for (let round = 0; round < (quick ? 60 : 300); round += 1)
        for (const [index, find] of finds.entries()) times[index]?.push(batch(find, bytes));
      const [own = Number.NaN, ...theirs] = times.map((all) => median(all.slice(20)));
      const goal = name === 'static' ? 60 : name === 'dynamic' ? 180 : undefined;
      if (goal !== undefined)
        figures.push({
          name: `${name}, goal in ns`,
          unit: 'ns',
          better: 'lower',
          ours: own,
          peer: '(goal)',
          peerVersion: '',
          theirs: goal,
          goal: 1,
        });
      for (const [index, contender] of contenders.slice(1).entries())
        figures.push({
          name,
          unit: 'ns',
          better: 'lower',
          ours: own,
          peer: contender.name,
          peerVersion: versionOf(contender.package),
          theirs: theirs[index] ?? Number.NaN,
          goal: null,
        });
    }
    return figures;
  },
};
