import type { Result } from './benchmark.ts';

/** What became of the goal; nothing where there is none. */
export const verdictOf = ({ ratio, goal, better }: Result): 'met' | 'missed' | '' => {
  if (goal === null) return '';
  return (better === 'lower' ? ratio <= goal : ratio >= goal) ? 'met' : 'missed';
};

const goalOf = (result: Result): string => {
  const verdict = verdictOf(result);
  if (verdict === '') return '';
  return `${verdict === 'met' ? verdict : 'MISSED'} (${result.better === 'lower' ? '≤' : '≥'} ${result.goal})`;
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
    goalOf(result),
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
