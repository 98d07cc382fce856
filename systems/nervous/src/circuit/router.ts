import { CancelledError, type Clock, type Entropy } from '@organism/cell';
import { Neuroplasticity } from '../plasticity/neuroplasticity.ts';
import type { Synapse } from './synapse.ts';
import type { Route } from './wiring.ts';

/** Leads each value of an output to the one of its synapses that a router chooses; returns what ends that. */
export const linkRoute = (
  { axon, via }: Route,
  synapses: readonly Synapse[],
  world: { readonly clock: Clock; readonly entropy: Entropy },
): (() => void) => {
  const byName = new Map(synapses.map((synapse) => [synapse.to, synapse]));
  const router = via ?? new Neuroplasticity({ ...world, targets: [...byName.keys()] });
  return axon.terminal.link((value) => {
    const path = router.choose();
    return byName.get(path.target)?.carry(value, (error) => {
      if (error === undefined) path.succeed();
      // Given up by its sender: that says nothing of the target.
      else if (error instanceof CancelledError) path.cancel();
      else path.fail();
    });
  });
};
