/** One contender's way of doing the work. Called with how many times to do it; must not be optimised away. */
export type Work = (times: number) => unknown;

/** Whom we are compared with. */
export interface Peer {
  readonly name: string;
  /** Package whose version is reported; `node` for Node itself. */
  readonly package: string;
  readonly work: Work;
  /** The ratio we aim for against this peer, where it is not the case's. */
  readonly goal?: number;
}

/** One workload. */
export interface Case {
  readonly name: string;
  readonly ours: Work;
  readonly peers: readonly Peer[];
  /** The ratio (ours/theirs) we aim for, or null. */
  readonly goal: number | null;
}

/** A number that is not a time per operation, such as a start-up time: measured once, not in rounds. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly ours: number;
  readonly peer: string;
  readonly peerVersion: string;
  readonly theirs: number;
  readonly goal: number | null;
}

/** A benchmark: `benchmarks/<organ>.<subject>.ts` exports one as `benchmark`. */
export interface Benchmark {
  /** `<organ>.<subject>` */
  readonly name: string;
  readonly description: string;
  /** Checks that all contenders compute the same thing; throws when they don't. Runs before anything is timed. */
  verify(): void | Promise<void>;
  /** Workloads timed in interleaved rounds, in nanoseconds per operation. */
  cases?(): readonly Case[] | Promise<readonly Case[]>;
  /** Numbers measured in a way of their own. */
  figures?(options: { readonly quick: boolean }): Promise<readonly Figure[]>;
}

/** One line of the results. */
export interface Result {
  readonly bench: string;
  readonly case: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly ours: number;
  readonly peer: string;
  readonly peerVersion: string;
  readonly theirs: number;
  readonly ratio: number;
  readonly goal: number | null;
}
