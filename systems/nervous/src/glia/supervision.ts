import { type Clock, messageOf, OptionError, OrganismError } from '@organism/cell';
import type { NeuralNode } from '../neuron/neuron.ts';

/** Which neurons are restarted when one fails: it alone, all, or it and those added after it. */
export type RestartStrategy = 'one-for-one' | 'one-for-all' | 'rest-for-one';

/** What a supervisor does. */
export interface MicrogliaEvent {
  readonly type: 'failed' | 'restarting' | 'restarted' | 'quarantined' | 'escalated';
  readonly neuron: string;
  /** Milliseconds since the epoch on the circuit's clock. */
  readonly at: number;
  readonly error?: unknown;
}

/** A message that made its neuron fail too often. */
export interface QuarantinedMessage {
  readonly neuron: string;
  readonly port: string;
  readonly value: unknown;
  readonly error: unknown;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Options of {@link Microglia}. */
export interface MicrogliaOptions {
  /** Default `one-for-one`. */
  readonly strategy?: RestartStrategy;
  /** More restarts than this within the window, and the supervisor gives up: the circuit fails. Default 10 in 10 s. */
  readonly intensity?: { readonly restarts: number; readonly withinMs: number };
  /** Milliseconds before a restart; doubles with each restart in the window, up to `maxMs`. Default 0, 10 000. */
  readonly backoff?: { readonly baseMs: number; readonly maxMs?: number };
  /** What a stateful neuron begins again with: the state before the failed message, or its initial one. Default `keep`. */
  readonly state?: 'keep' | 'reset';
  /** How often one message may make its neuron fail before it is put in quarantine. Default 1: at the first failure. */
  readonly attempts?: number;
  /** How many messages the quarantine keeps, the newest. Default 1000. */
  readonly quarantine?: number;
  /** Asks neurons that tell their health, and restarts those that answer `fail`, throw, or don't answer in time. */
  readonly probe?: { readonly everyMs: number; readonly timeoutMs?: number };
  /** Milliseconds a neuron may take to stop before it is restarted all the same. Default 1000. */
  readonly stopTimeoutMs?: number;
  /** Gates whose resources are freed when a neuron stops or is restarted, such as an Ependymal. */
  readonly gates?: readonly { releaseOwner(owner: string): unknown }[];
}

/** A circuit that gave up: more restarts than its supervisor allows. Code `NERVOUS_ESCALATED`. */
export class EscalationError extends OrganismError {
  constructor(circuit: string, neuron: string, restarts: number, withinMs: number, cause: unknown) {
    super(
      'NERVOUS_ESCALATED',
      `"${neuron}" of "${circuit}" failed again after ${restarts} restarts within ${withinMs} ms: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/** A neuron whose health check failed. Code `NERVOUS_UNHEALTHY`. */
export class UnhealthyError extends OrganismError {
  constructor(neuron: string, problem: string) {
    super('NERVOUS_UNHEALTHY', `The health check of "${neuron}" failed: ${problem}.`);
  }
}

/** What a supervisor needs of its circuit. */
export interface Ward {
  readonly name: string;
  readonly clock: Clock;
  neurons(): readonly NeuralNode[];
  begin(): void;
  end(): void;
  /** Runs work after what else changes the circuit, such as a swap. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  escalate(error: unknown): void;
}

/** How many restarts a supervisor allows by default: 10 within 10 s. */
export const defaultIntensity: { readonly restarts: number; readonly withinMs: number } = {
  restarts: 10,
  withinMs: 10_000,
};

const wholeNumber = (field: string, value: number, least: number): void => {
  if (!Number.isSafeInteger(value) || value < least)
    throw new OptionError(field, `a whole number of ${least} or more`, value);
};

/** Refuses options that break their rules. @throws {OptionError} naming the option. */
export const checkOptions = (options: MicrogliaOptions): void => {
  const { strategy = 'one-for-one', intensity = defaultIntensity, probe, backoff } = options;
  if (!['one-for-one', 'one-for-all', 'rest-for-one'].includes(strategy))
    throw new OptionError('strategy', 'one-for-one, one-for-all or rest-for-one', strategy);
  wholeNumber('intensity.restarts', intensity.restarts, 0);
  for (const [field, value] of [
    ['intensity.withinMs', intensity.withinMs],
    ['probe.everyMs', probe?.everyMs],
    ['probe.timeoutMs', probe?.timeoutMs],
    ['stopTimeoutMs', options.stopTimeoutMs],
  ] as const)
    if (value !== undefined && !(value > 0)) throw new OptionError(field, 'a number of milliseconds above 0', value);
  if (backoff !== undefined && !(backoff.baseMs >= 0))
    throw new OptionError('backoff.baseMs', 'a number of milliseconds >= 0', backoff.baseMs);
  wholeNumber('attempts', options.attempts ?? 1, 1);
  wholeNumber('quarantine', options.quarantine ?? 1000, 0);
};
