import type { Result } from './benchmark.ts';

/** A row of a table that tells a stored result: benchmark, workload, peer with its version, ratio. */
const row =
  /^\| \[(?<bench>[\w.-]+)\]\([^)]*\) \| (?<workload>[^|]+) \| (?<peer>[^|]+) (?<version>[^ |]+) \| (?<ratio>[\d.]+) \|/gm;

/** The rows of a text that tell stored results. */
export const rowsOf = (text: string): { readonly bench: string; readonly workload: string; readonly peer: string }[] =>
  [...text.matchAll(row)].map(({ groups: { bench = '', workload = '', peer = '' } = {} }) => ({
    bench,
    workload,
    peer,
  }));

/** The text with the versions and ratios of these results; rows of which there is none stay as they are. */
export const withResults = (text: string, results: readonly Result[]): string =>
  text.replaceAll(
    row,
    (line: string, bench: string, workload: string, peer: string, version: string, ratio: string) => {
      const found = results.find((one) => one.bench === bench && one.case === workload && one.peer === peer);
      if (found === undefined) return line;
      return line.replace(
        `${peer} ${version} | ${ratio} |`,
        `${peer} ${found.peerVersion} | ${found.ratio.toFixed(2)} |`,
      );
    },
  );
