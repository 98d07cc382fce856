import * as effect from './effect.ts';
import * as emittery from './emittery.ts';
import type { MakeGraph } from './graph.ts';
import * as ours from './ours.ts';
import * as rxjs from './rxjs.ts';
import { machineGraphs, transitionGraphs } from './xstate.ts';

/** A library's way to build a graph. */
export interface Contender {
  readonly name: string;
  readonly package: string;
  readonly make: MakeGraph;
  /** The ratio of times that we aim for, where there is one. */
  readonly goal?: number;
}

/** The same graph as all contenders build it. */
export interface Comparison {
  readonly name: string;
  readonly ours: MakeGraph;
  readonly peers: readonly Contender[];
}

/** Goals: no slower than a plain RxJS pipe, and ten times as fast as actors of XState of either kind. */
const chain: Comparison = {
  name: 'chain-3',
  ours: ours.chain,
  peers: [
    { name: 'rxjs pipe', package: 'rxjs', make: rxjs.chain, goal: 1 },
    { name: 'rxjs subjects', package: 'rxjs', make: rxjs.chainOfSubjects },
    { name: 'xstate transitions', package: 'xstate', make: transitionGraphs.chain, goal: 0.1 },
    { name: 'xstate machines', package: 'xstate', make: machineGraphs.chain, goal: 0.1 },
    { name: 'effect Queue', package: 'effect', make: effect.chain },
    { name: 'effect Queue takeAll', package: 'effect', make: effect.batchedChain },
    { name: 'emittery', package: 'emittery', make: emittery.chain },
  ],
};

const fanOut: Comparison = {
  name: 'fan-out-10',
  ours: ours.fanOut,
  peers: [
    { name: 'rxjs subjects', package: 'rxjs', make: rxjs.fanOut },
    { name: 'xstate transitions', package: 'xstate', make: transitionGraphs.fanOut },
    { name: 'xstate machines', package: 'xstate', make: machineGraphs.fanOut },
    { name: 'effect PubSub', package: 'effect', make: effect.fanOut },
    { name: 'effect PubSub by 64', package: 'effect', make: effect.batchedFanOut },
    { name: 'emittery', package: 'emittery', make: emittery.fanOut },
  ],
};

const fanIn: Comparison = {
  name: 'fan-in-10',
  ours: ours.fanIn,
  peers: [
    { name: 'rxjs merge', package: 'rxjs', make: rxjs.fanIn },
    { name: 'xstate transitions', package: 'xstate', make: transitionGraphs.fanIn },
    { name: 'xstate machines', package: 'xstate', make: machineGraphs.fanIn },
    { name: 'effect Queue', package: 'effect', make: effect.fanIn },
    { name: 'emittery', package: 'emittery', make: emittery.fanIn },
  ],
};

const actors: Comparison = {
  name: 'chain-3 of actors',
  ours: ours.actors,
  peers: [
    { name: 'xstate transitions', package: 'xstate', make: transitionGraphs.actors },
    { name: 'xstate machines', package: 'xstate', make: machineGraphs.actors },
    { name: 'effect Queue', package: 'effect', make: effect.chain },
    { name: 'effect Queue takeAll', package: 'effect', make: effect.batchedChain },
  ],
};

/** What compiling gains: the same as the first, without it. */
const plainChain: Comparison = {
  name: 'chain-3, not myelinated',
  ours: ours.plainChain,
  peers: [{ name: 'rxjs pipe', package: 'rxjs', make: rxjs.chain }],
};

/** All comparisons, by name. */
export const comparisons: ReadonlyMap<string, Comparison> = new Map(
  [chain, fanOut, fanIn, actors, plainChain].map((comparison) => [comparison.name, comparison]),
);

/** How a comparison's peer builds its graph; ours where no peer is named. */
export const makerOf = (comparison: string, peer: string | undefined): MakeGraph => {
  const known = comparisons.get(comparison);
  const make = peer === undefined ? known?.ours : known?.peers.find(({ name }) => name === peer)?.make;
  if (make === undefined) throw new Error(`There is no contender "${comparison}", "${peer}".`);
  return make;
};
