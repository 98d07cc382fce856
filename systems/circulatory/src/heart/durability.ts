/**
 * Durability: what an acknowledged publish has reached. `memory` is lost with the process; `page-cache` survives the
 * process, and not a power failure; `fsync` survives that too; `replicated` also the loss of a machine.
 */
export type Durability = 'memory' | 'page-cache' | 'fsync' | 'replicated';

/** All kinds of {@link Durability}, the weakest first. */
export const durabilities: readonly Durability[] = ['memory', 'page-cache', 'fsync', 'replicated'];

/** Whether one durability promises at least what another does. */
export const isAtLeast = (has: Durability, required: Durability): boolean =>
  durabilities.indexOf(has) >= durabilities.indexOf(required);
