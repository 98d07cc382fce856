import { OptionError } from '@organism/cell';

/** What one target's pathway has learned. */
export interface PathwaySnapshot {
  readonly name: string;
  /** 0 to 1. */
  readonly strength: number;
}

/** What a router has learned, as plain data. */
export interface PlasticitySnapshot {
  readonly version: 1;
  /** Median latency of successes in milliseconds; 0 when there was none. */
  readonly typicalMs: number;
  readonly pathways: readonly PathwaySnapshot[];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const number = (field: string, value: unknown, most: number): number => {
  if (typeof value !== 'number' || !(value >= 0 && value <= most))
    throw new OptionError(field, most === 1 ? 'a number from 0 to 1' : 'a finite number >= 0', value);
  return value;
};

/** Checks a snapshot, which may come from storage. @throws {OptionError} naming what is wrong. */
export const checkSnapshot = (value: unknown): PlasticitySnapshot => {
  if (!isRecord(value) || value['version'] !== 1) throw new OptionError('snapshot', 'one of version 1', value);
  const { typicalMs, pathways } = value;
  if (!Array.isArray(pathways)) throw new OptionError('snapshot.pathways', 'a list', pathways);
  return {
    version: 1,
    typicalMs: number('snapshot.typicalMs', typicalMs, Number.MAX_VALUE),
    pathways: pathways.map((pathway: unknown) => {
      if (!isRecord(pathway) || typeof pathway['name'] !== 'string')
        throw new OptionError('snapshot.pathways', 'a list of named pathways', pathway);
      return { name: pathway['name'], strength: number('snapshot.pathways.strength', pathway['strength'], 1) };
    }),
  };
};
