import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Result } from '../lib/benchmark.ts';
import { rowsOf, withResults } from '../lib/readme.ts';

const readme = readFileSync('README.md', 'utf8');
const results = globSync('benchmarks/results/*.json').flatMap(
  (file) => (JSON.parse(readFileSync(file, 'utf8')) as { results: Result[] }).results,
);

test('each figure of the README is a stored result', () => {
  const rows = rowsOf(readme);
  expect(rows.length).toBeGreaterThan(10);
  for (const { bench, workload, peer } of rows)
    expect(
      results.filter((one) => one.bench === bench && one.case === workload && one.peer === peer),
      `${bench}: ${workload}: ${peer}`,
    ).toHaveLength(1);
  expect(withResults(readme, results)).toBe(readme);
});

test('a new result takes the place of the old', () => {
  const [first] = results;
  if (first === undefined) throw new Error('There are no results.');
  const line = (ratio: string): string => `| [${first.bench}](x) | ${first.case} | ${first.peer} 0.0.1 | ${ratio} | |`;
  expect(withResults(line('9.87'), [{ ...first, peerVersion: '1.2.3', ratio: 0.456 }])).toBe(
    line('0.46').replace('0.0.1', '1.2.3'),
  );
  expect(withResults(line('9.87'), [])).toBe(line('9.87'));
});
