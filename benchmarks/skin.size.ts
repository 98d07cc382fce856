import assert from 'node:assert/strict';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { haveWe, kilobytes, type Kit, kits, ours } from './lib/kits.ts';
import { versionOf } from './lib/version.ts';

const round = (value: number): number => Math.round(value * 100) / 100;
const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
};

/** Each component that both kits have, and the median of them all. */
const compare = async (kit: Kit, withLit: boolean): Promise<Figure[]> => {
  // Goals are for what is a component's own.
  const goalOf = (ofKit: Readonly<Record<string, number>>): number | null =>
    withLit ? null : (ofKit[kit.name] ?? null);
  const figures: Figure[] = [];
  const kind = withLit ? 'with Lit' : 'own';
  const common = { unit: 'KB', better: 'lower' as const, peer: kit.name, peerVersion: versionOf(kit.package) };
  for (const [name, theirs] of Object.entries(kit.components).filter(([component]) => haveWe(component)))
    figures.push({
      ...common,
      name: `${name}, ${kind}`,
      ours: round(await kilobytes([ours(name)], withLit)),
      theirs: round(await kilobytes(theirs.split(',').map(kit.module), withLit)),
      goal: goalOf({ Shoelace: 1 }),
    });
  const ratio = (figure: Figure): number => figure.ours / figure.theirs;
  const worst = figures.toSorted((a, b) => ratio(b) - ratio(a)).slice(0, 1);
  const larger = figures.filter((figure) => figure.ours > figure.theirs).length;
  const middle: Figure = {
    ...common,
    name: `median of ${figures.length}, ${kind}`,
    ours: round(median(figures.map((figure) => figure.ours))),
    theirs: round(median(figures.map((figure) => figure.theirs))),
    goal: goalOf({ Shoelace: 0.6, Fluent: 1 }),
  };
  const of = `${figures.length}, of which ${larger} are larger`;
  return [
    ...figures,
    ...worst.map((figure) => ({ ...figure, name: `largest ratio of ${of}: ${figure.name}` })),
    middle,
  ];
};

/** What a page loads for one component: minified, gzipped, all that it needs of its kit and its dependencies. */
export const benchmark: Benchmark = {
  name: 'skin.size',
  description: 'size of each component, against five kits',
  verify: async () => {
    const button = await kilobytes([ours('button')]);
    assert.ok(button > 0.5 && (await kilobytes([ours('button')], true)) > button + 3, 'Lit is outside, then inside');
  },
  figures: async ({ quick }): Promise<Figure[]> => {
    const figures: Figure[] = [];
    for (const withLit of quick ? [false] : [false, true])
      for (const kit of kits) figures.push(...(await compare(kit, withLit)));
    return figures;
  },
};
