import type { Result } from './benchmark.ts';

const verdict = ({ ratio, goal, better }: Result): string => {
  if (goal === null) return '';
  const met = better === 'lower' ? ratio <= goal : ratio >= goal;
  return `${met ? 'met' : 'MISSED'} (${better === 'lower' ? '≤' : '≥'} ${goal})`;
};

/** Results as a text table; a goal that is missed says so as plainly as one that is met. */
export const toTable = (results: readonly Result[]): string => {
  const head = ['case', 'ours', 'peer', 'theirs', 'unit', 'ratio', 'goal'];
  const rows = results.map((result) => [
    result.case,
    String(result.ours),
    `${result.peer} ${result.peerVersion}`,
    String(result.theirs),
    result.unit,
    result.ratio.toFixed(2),
    verdict(result),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 1 || column === 3 || column === 5
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
};
