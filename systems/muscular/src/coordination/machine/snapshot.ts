/** Where a machine is: the name of a state, or the states within states, by name. */
export type MachineValue = string | { readonly [state: string]: MachineValue };

/** `done` when the root reached a final state, `failed` when a guard or an action threw. */
export type MachineStatus = 'active' | 'done' | 'failed' | 'stopped';

/** A machine at one moment: plain data when its context is. */
export interface MachineSnapshot<Context> {
  readonly value: MachineValue;
  /** Paths of all active states. */
  readonly active: readonly string[];
  readonly context: Context;
  readonly status: MachineStatus;
  /** Delayed transitions that wait, and when each is due: milliseconds since the epoch. */
  readonly delays: readonly { readonly state: string; readonly delayMs: number; readonly dueAt: number }[];
}
