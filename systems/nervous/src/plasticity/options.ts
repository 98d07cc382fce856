import { type Clock, type Entropy, OptionError } from '@organism/cell';

/** Options of a {@link Neuroplasticity}. */
export interface PlasticityOptions<T> {
  /** What to choose from: names, functions, dendrites, anything. More may be added later. */
  readonly targets?: readonly T[];
  /** Name of a target, unlike all others'. Default: a text itself, else the target's own `name`. */
  readonly nameOf?: (target: T) => string;
  /** How far one message moves its target's strength towards the outcome, above 0 to 1. Default 0.3. */
  readonly learningRate?: number;
  /** Milliseconds after which half of what sets a target apart from the mean is forgotten. Default 10 000. */
  readonly halfLifeMs?: number;
  /** Share of the messages set aside for trying every live target, 0 up to 1. Default 0.02. */
  readonly exploration?: number;
  /** Takes a target out while it is weaker than this part of the strongest, 0 up to 1. Default 0: never. */
  readonly pruneBelow?: number;
  /** For how many milliseconds it must be that weak. Default 250. */
  readonly pruneAfterMs?: number;
  /** Milliseconds it is out before it is tried again; doubled each time it fails that trial, up to 4-fold. Default 1000. */
  readonly probationMs?: number;
  /** A message that is not settled for so many milliseconds counts as failed. Default 30 000. */
  readonly abandonAfterMs?: number;
  /** Whether an error that `route` or `relay` meets is the target's fault. Default: every error is. */
  readonly isFailure?: (error: unknown) => boolean;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

/** Every option, checked and with its default. */
export interface Settings<T> {
  readonly targets: readonly T[];
  readonly nameOf: (target: T) => string;
  readonly isFailure: (error: unknown) => boolean;
  readonly learningRate: number;
  readonly halfLifeMs: number;
  readonly exploration: number;
  readonly pruneBelow: number;
  readonly pruneAfterMs: number;
  readonly probationMs: number;
  readonly abandonAfterMs: number;
}

const defaultName = (target: unknown): string => {
  if (typeof target === 'string') return target;
  const named = (typeof target === 'object' && target !== null) || typeof target === 'function';
  return named && 'name' in target && typeof target.name === 'string' ? target.name : '';
};

const time = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value > 0))
    throw new OptionError(field, 'a number of milliseconds above 0', value);
  return value;
};

const part = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value >= 0 && value < 1))
    throw new OptionError(field, 'a number from 0 up to 1', value);
  return value;
};

/** Checks options and fills in defaults. @throws {OptionError} naming the option. */
export const settingsOf = <T>(options: PlasticityOptions<T>): Settings<T> => {
  const { targets = [], learningRate = 0.3, nameOf = defaultName, isFailure = () => true } = options;
  if (!Array.isArray(targets)) throw new OptionError('targets', 'a list', targets);
  if (typeof learningRate !== 'number' || !(learningRate > 0 && learningRate <= 1))
    throw new OptionError('learningRate', 'a number above 0, at most 1', learningRate);
  return {
    targets,
    isFailure,
    nameOf: (target) => {
      const name = nameOf(target);
      if (typeof name !== 'string' || name === '')
        throw new OptionError('nameOf', 'a function that names every target', name);
      return name;
    },
    learningRate,
    halfLifeMs: time('halfLifeMs', options.halfLifeMs ?? 10_000),
    exploration: part('exploration', options.exploration ?? 0.02),
    pruneBelow: part('pruneBelow', options.pruneBelow ?? 0),
    pruneAfterMs: time('pruneAfterMs', options.pruneAfterMs ?? 250),
    probationMs: time('probationMs', options.probationMs ?? 1000),
    abandonAfterMs: time('abandonAfterMs', options.abandonAfterMs ?? 30_000),
  };
};
