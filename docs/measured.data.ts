import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Result } from '../benchmarks/lib/benchmark.ts';
import { verdictOf } from '../benchmarks/lib/table.ts';

/** One stored run, as the page shows it. */
export interface Measured {
  readonly name: string;
  readonly when: string;
  readonly goals: { readonly met: number; readonly missed: number };
  readonly rows: readonly (Result & { readonly verdict: ReturnType<typeof verdictOf> })[];
}

/** What `npm run bench -- --save` stored. */
export declare const data: readonly Measured[];

export default {
  watch: ['../benchmarks/results/*.json'],
  load: (files: readonly string[]): Measured[] =>
    files.toSorted().map((file) => {
      const { date, machine, results } = JSON.parse(readFileSync(file, 'utf8')) as {
        date: string;
        machine: { cpu: string; cores: number; node: string };
        results: Result[];
      };
      const rows = results.map((result) => ({ ...result, verdict: verdictOf(result) }));
      const count = (verdict: string): number => rows.filter((row) => row.verdict === verdict).length;
      return {
        name: basename(file, '.json'),
        when: `${date}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node.slice(1)}`,
        goals: { met: count('met'), missed: count('missed') },
        rows,
      };
    }),
};
