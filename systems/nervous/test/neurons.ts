import { StartError } from '@organism/cell';
import {
  CorticalNeuron,
  type CorticalOptions,
  type Failure,
  type NeuronOptions,
  ReflexNeuron,
  type ReflexOptions,
  typed,
} from '@organism/nervous';

export const Amount = typed<number>('amount');
export const Text = typed<string>('text');

type In = { readonly in: typeof Amount };
type Out = { readonly out: typeof Amount };
type Extra = Partial<Omit<NeuronOptions<In, Out>, 'name' | 'dendrites' | 'axons'>>;

/** Passes numbers on, changed by `work`. */
export const relay = (
  name: string,
  work: (value: number) => number = (value) => value,
  extra: Extra & Pick<ReflexOptions<In, Out>, 'concurrency'> = {},
): ReflexNeuron<In, Out> =>
  new ReflexNeuron({
    ...extra,
    name,
    dendrites: { in: Amount },
    axons: { out: Amount },
    react: { in: (value, { out }) => out.fire(work(value)) },
  });

/** Collects what it gets, one at a time; waits for `work` each time. */
export const collector = (
  name: string,
  work: (value: number) => unknown = () => undefined,
  extra: Extra & Pick<CorticalOptions<readonly number[], In, Out>, 'persist'> = {},
): CorticalNeuron<readonly number[], In, Out> =>
  new CorticalNeuron({
    ...extra,
    name,
    dendrites: { in: Amount },
    axons: { out: Amount },
    initial: (): readonly number[] => [],
    react: {
      in: (value, soma) => {
        const keep = (): void => {
          soma.state = [...soma.state, value];
          void soma.axons.out.fire(value);
        };
        const result = work(value);
        return result instanceof Promise ? result.then(keep) : keep();
      },
    },
  });

/** Keeps failures in place of the console. */
export const failuresOf = (): { readonly list: Failure[]; readonly onError: (failure: Failure) => void } => {
  const list: Failure[] = [];
  return { list, onError: (failure) => void list.push(failure) };
};

/** What a rejected start was about. */
export const rootOf = (error: unknown): unknown => (error instanceof StartError ? error.errors[0] : error);

/** A gate that reactions wait at. */
export const makeGate = (): { readonly pass: Promise<void>; readonly open: () => void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { pass: promise, open: resolve };
};
