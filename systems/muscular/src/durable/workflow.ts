import { OptionError } from '@organism/cell';
import type { Bone, Immutable } from '@organism/skeletal';
import type { Flow } from './flow.ts';
import { asJson, type Json } from './json.ts';

/** How compensations are retried. */
export interface CompensationPolicy {
  /** How often each is tried before the run is parked. Default 3. */
  readonly attempts?: number;
  /** Milliseconds before the second try; doubled for each one after. Default 1000. */
  readonly delayMs?: number;
}

/** Options of {@link workflow}. */
export interface WorkflowOptions<In, Out, Tx> {
  readonly name: string;
  /** Give changed code a new one: runs that began with an old version go on with that. Default 1. */
  readonly version?: number;
  readonly compensation?: CompensationPolicy;
  /** The workflow itself: everything it does goes through the flow. */
  readonly run: (input: In, flow: Flow<Tx>) => Promise<Out>;
}

/** Options of a {@link workflow} whose input has a shape. */
export interface ShapedWorkflowOptions<In, Out, Parsed, Tx> extends WorkflowOptions<Immutable<Parsed>, Out, Tx> {
  /** Shape of what goes in, checked before a run begins. What comes out of the check must be plain JSON. */
  readonly input: Bone<Parsed, In>;
}

/** A durable workflow, as made by {@link workflow}. */
export interface Workflow<In, Out, Tx = unknown> {
  readonly name: string;
  readonly version: number;
  readonly compensation: Required<CompensationPolicy>;
  /** Checks an input, and gives what is journalled of it. */
  readonly accept: (input: In) => Json | undefined;
  readonly run: (input: Json | undefined, flow: Flow<Tx>) => Promise<Out>;
}

/** A workflow of any input and result. */
export type AnyWorkflow<Tx> = Workflow<never, unknown, Tx>;

/**
 * Declares a durable workflow: code that goes on where it was after its process ended, on this machine or another.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad name, version or compensation policy.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { memoryJournal, Muscle, MuscleCoordination, workflow } from '@organism/muscular';
 *
 * const notify = new Muscle<string, string>({ name: 'notify', run: (whom) => `told ${whom}` });
 * const escalate = workflow({
 *   name: 'escalate',
 *   run: async (whom: string, flow) => {
 *     await flow.step('notify', notify, whom);
 *     const acknowledged = await flow.waitFor('acknowledged', { timeoutMs: 900_000 });
 *     return acknowledged === undefined ? 'escalated' : 'acknowledged';
 *   },
 * });
 * await using engine = await new MuscleCoordination({ store: memoryJournal(), workflows: [escalate] }).start();
 * const run = await engine.launch(escalate, 'Ada');
 * await run.signal('acknowledged');
 * assert.equal(await run.result(), 'acknowledged');
 * ```
 */
export function workflow<In, Out, Parsed, Tx = unknown>(
  options: ShapedWorkflowOptions<In, Out, Parsed, Tx>,
): Workflow<In, Out, Tx>;
export function workflow<In, Out, Tx = unknown>(
  options: WorkflowOptions<In, Out, Tx> & { readonly input?: never },
): Workflow<In, Out, Tx>;
export function workflow<In, Out, Tx>(
  options: WorkflowOptions<In, Out, Tx> & { readonly input?: Pick<Bone<unknown, unknown>, 'parse'> },
): Workflow<In, Out, Tx> {
  const { name, version = 1, input: bone, compensation = {} } = options;
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name))
    throw new OptionError('name', 'letters, digits, ".", "_" and "-"', name);
  if (!Number.isSafeInteger(version) || version < 1)
    throw new OptionError('version', 'a whole number of 1 or more', version);
  const { attempts = 3, delayMs = 1000 } = compensation;
  if (!Number.isSafeInteger(attempts) || attempts < 1)
    throw new OptionError('compensation.attempts', 'a whole number of 1 or more', attempts);
  if (typeof delayMs !== 'number' || !(delayMs >= 0) || delayMs === Infinity)
    throw new OptionError('compensation.delayMs', 'a number of milliseconds >= 0', delayMs);
  const run = options.run as (input: unknown, flow: Flow<Tx>) => Promise<Out>;
  return {
    name,
    version,
    compensation: { attempts, delayMs },
    accept: (input) => asJson(bone === undefined ? input : bone.parse(input), `the input of workflow "${name}"`),
    run: async (input, flow) => await run(input, flow),
  };
}
