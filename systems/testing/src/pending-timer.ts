/** A timer that has not fired yet. */
export interface PendingTimer {
  /** Number of the timer, counted from 1 in the order in which they were set. */
  readonly id: number;
  /** Milliseconds from now until it is due. */
  readonly inMs: number;
  /** Milliseconds between its calls, when it is an interval. */
  readonly periodMs?: number;
  /** Whether it would keep a process alive: it was not `unref`ed. */
  readonly referenced: boolean;
  /** The line of code that set it, when the clock keeps origins. */
  readonly origin?: string;
}

/** The line that set a timer: the first one in the trail that is neither a clock's nor the engine's own. */
export const originOf = (trail: Error | undefined): string | undefined => {
  const lines = trail?.stack?.split('\n').slice(1) ?? [];
  return lines
    .find(
      (line) =>
        !/[/\\]testing[/\\](?:src|dist)[/\\]|[/\\]cell[/\\](?:src|dist)[/\\]clock\.|\(<anonymous>\)|\(native\)/.test(
          line,
        ),
    )
    ?.trim();
};

const shown = 5;

/** The first few timers in words, for messages. */
export const describeTimers = (timers: readonly PendingTimer[]): string => {
  const words = timers.slice(0, shown).map(({ id, inMs, periodMs, origin }) => {
    const every = periodMs === undefined ? '' : ` every ${periodMs} ms`;
    return `#${id}${every} due in ${inMs} ms${origin === undefined ? '' : ` (${origin})`}`;
  });
  return words.join(', ') + (timers.length > shown ? `, and ${timers.length - shown} more` : '');
};
