import type { MachineArgs, MachineEvent } from './config.ts';
import type { Configuration } from './configuration.ts';
import { domainOf, isWithin, type StateNode, type Transition } from './node.ts';

/** The first of some transitions whose guard allows it. */
export const firstAllowed = (
  transitions: readonly Transition[],
  args: () => MachineArgs<unknown, MachineEvent>,
): Transition | undefined => transitions.find(({ guard }) => guard === undefined || guard(args()));

/** Whether both would leave the same state. */
const conflict = (one: Transition, two: Transition, active: Configuration): boolean => {
  const [a, b] = [domainOf(one), domainOf(two)];
  return a !== undefined && b !== undefined && active.within(a).some((node) => isWithin(node, b));
};

/**
 * The transitions of one step: for each atomic state the first that is allowed, from inside out, without those that others
 * preempt.
 *
 * @see https://www.w3.org/TR/scxml/#SelectingTransitions
 */
export const chooseTransitions = (
  active: Configuration,
  of: (node: StateNode) => readonly Transition[],
  args: () => MachineArgs<unknown, MachineEvent>,
): readonly Transition[] => {
  let chosen: Transition[] = [];
  for (const leaf of active.leaves) {
    let found: Transition | undefined;
    for (let at: StateNode | undefined = leaf; at !== undefined && found === undefined; at = at.parent)
      found = firstAllowed(of(at), args);
    if (found === undefined || chosen.includes(found)) continue;
    const transition = found;
    const rivals = chosen.filter((other) => conflict(other, transition, active));
    if (rivals.some((other) => !isWithin(transition.source, other.source))) continue;
    chosen = [...chosen.filter((other) => !rivals.includes(other)), transition];
  }
  return chosen;
};
