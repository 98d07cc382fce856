import { CancelledError, type Clock, Context, DeadlineError, OptionError } from '@organism/cell';

/** What a call that waits belongs to, and how long it may take. */
export interface CallOptions {
  /** The unit of work this belongs to: its deadline and signal end the wait. Default: the current one, where there is one. */
  readonly context?: Context;
  /** Ends the wait when it aborts. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the wait ends. Default: as long as the context allows. */
  readonly timeoutMs?: number;
}

/** How a value is published. */
export interface PublishOptions {
  /** How many listeners may be at work at once. Default all of them. */
  readonly concurrency?: number;
  /** Values of one key are handled one after another, in the order of the calls. Compared as in a Map. */
  readonly key?: unknown;
  /** Given to listeners as `topic.context`; when its deadline or signal comes first, the wait ends. */
  readonly context?: Context;
  /** Ends the wait when it aborts; listeners see it as `topic.context.signal`. */
  readonly signal?: AbortSignal;
}

/** The context for a call: the given one or the current one, with signal and timeout added. Dispose it if it is new. */
export const contextOf = (options: CallOptions, clock?: Clock): Context | undefined => {
  const { signal, timeoutMs } = options;
  const parent = options.context ?? Context.current();
  if (signal === undefined && timeoutMs === undefined) return parent;
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0))
    throw new OptionError('timeoutMs', 'a number of milliseconds >= 0', timeoutMs);
  const time = clock ?? parent?.clock;
  return new Context(
    {
      ...(time !== undefined && { clock: time }),
      ...(signal !== undefined && { signal }),
      ...(timeoutMs !== undefined && time !== undefined && { deadline: time.now() + timeoutMs }),
    },
    parent,
  );
};

const errorOf = (reason: unknown): Error =>
  reason instanceof DeadlineError || reason instanceof CancelledError
    ? reason
    : new CancelledError(undefined, { cause: reason });

/** What `work` gives, unless the signal aborts first. */
export const untilAborted = async <T>(work: PromiseLike<T>, signal: AbortSignal): Promise<T> => {
  const aborted = Promise.withResolvers<never>();
  const cancel = (): void => aborted.reject(errorOf(signal.reason));
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
