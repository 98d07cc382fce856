import { OptionError } from '@organism/cell';

/** A duration in milliseconds, or the least and the most of one that is drawn: whole milliseconds, both included. */
export type Span = number | readonly [leastMs: number, mostMs: number];

/** All that may be injected. */
export const faultKinds = ['delay', 'fail', 'lostReply', 'hang', 'duplicate', 'crash', 'hit'] as const;

/** What may be injected. */
export type FaultKind = (typeof faultKinds)[number];

/**
 * Faults around each call of a port. Rates are probabilities from 0 to 1, drawn for each call by itself. Default: none.
 */
export interface FaultPlan {
  /** How long a call is under way before it reaches its target. */
  readonly delayMs?: Span;
  /** How long the reply is under way. */
  readonly replyDelayMs?: Span;
  /**
   * Whether calls may overtake each other while they are delayed, and replies too, as over several connections. Default
   * false: each waits for those before it, as over one.
   */
  readonly reorder?: boolean;
  /** The call fails and has no effect. */
  readonly failRate?: number;
  /** The call has its effect, and fails all the same. */
  readonly lostReplyRate?: number;
  /** The call has no effect and never settles. */
  readonly hangRate?: number;
  /** The call reaches its target twice, as with delivery at least once; the first outcome counts. */
  readonly duplicateRate?: number;
  /** The process that calls is killed, before the call has its effect or right after. For ports of a process only. */
  readonly crashRate?: number;
  /** Makes the error of a failing call. Default: an {@link InjectedFault}. */
  readonly error?: (call: string, kind: 'fail' | 'lostReply') => unknown;
}

/** A fault plan, and what it is for. */
export interface PortPlan<K extends string = string> extends FaultPlan {
  /** What the trace calls it. Default: the name of the function, or of the object's class. */
  readonly name?: string;
  /** The methods that faults happen to. Default: all. */
  readonly only?: readonly K[];
}

const rates = ['failRate', 'lostReplyRate', 'hangRate', 'duplicateRate', 'crashRate'] as const;

/** @throws {OptionError} unless it is a probability. */
export const checkRate = (field: string, rate: unknown): void => {
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= 1)) throw new OptionError(field, 'a number from 0 to 1', rate);
};

/** @throws {OptionError} unless it is a duration, or the bounds of one. */
export const checkSpan = (field: string, span: unknown): void => {
  const [least, most, ...rest]: readonly unknown[] = Array.isArray(span) ? span : [span, span];
  const whole = Number.isSafeInteger(least) && Number.isSafeInteger(most);
  if (!whole || rest.length > 0 || Number(least) < 0 || Number(least) > Number(most))
    throw new OptionError(field, 'whole milliseconds >= 0, or [least, most] of them', span);
};

/** @throws {OptionError} for the first member that breaks its rule. */
export const checkPlan = (plan: FaultPlan): void => {
  for (const field of rates) if (plan[field] !== undefined) checkRate(field, plan[field]);
  for (const field of ['delayMs', 'replyDelayMs'] as const)
    if (plan[field] !== undefined) checkSpan(field, plan[field]);
};
