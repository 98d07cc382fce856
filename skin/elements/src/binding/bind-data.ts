import { type DataSource, listenTo } from './source.ts';
import type { Take } from './take.ts';

export { type DataSource, Feed, type Stop } from './source.ts';
export { collect, collectBy, type CollectOptions, latest, type Take } from './take.ts';

/** Options of {@link bindData}. */
export interface BindDataOptions<T, P> {
  /** Makes the property's next value of what has come. Default: the last value itself. */
  readonly take?: Take<T, P>;
  /** Ends it when it aborts. */
  readonly signal?: AbortSignal;
}

/** What `bind-error` tells. */
export interface BindFailure {
  readonly property: string;
  readonly error: unknown;
}

/** Binding of a source to a property of an element. */
export interface DataTendon extends Disposable {
  readonly kind: 'data';
  /** Name of the property. */
  readonly target: string;
  readonly isAttached: boolean;
  /** Ends it; the property stays as it is. */
  detach(): void;
}

/** Values that wait for the next frame, at most; a page in the background has none. */
const mostWaiting = 1000;
const hiddenMs = 250;

/**
 * Joins a source of values to a property of an element: rows of a table, entries of a timeline, the value of a stat. What
 * comes within a frame is taken at once. A failure, of the source or of `take`, is told by the event `bind-error` on the
 * element, and what `take` failed at is left out.
 *
 * @example
 * ```ts browser
 * import { bindData, collectBy } from '@organism/skin-elements/bind-data';
 * import { TableCell } from '@organism/skin-elements/table';
 * import { EventBus } from '@organism/nervous';
 *
 * const bus = new EventBus<{ 'quake.seen': { id: string; magnitude: number } }>();
 * const table = new TableCell();
 * const binding = bindData(table, 'rows', bus.topic('quake.seen'), { take: collectBy('id', { most: 500 }) });
 * bus.emit('quake.seen', { id: 'us1', magnitude: 4.2 });
 * binding.detach();
 * ```
 * @throws {TypeError} when it is no source.
 */
export const bindData = <E extends EventTarget, K extends keyof E & string, T>(
  element: E,
  property: K,
  source: DataSource<T>,
  options: BindDataOptions<NoInfer<T>, E[K]> = {},
): DataTendon => {
  // Without `take`, what the source gives is what the property takes.
  const { take = (values) => values.at(-1) as unknown as E[K], signal } = options;
  let waiting: T[] = [];
  let isAttached = true;
  let cancel: (() => void) | undefined;
  let stop = (): void => {};

  const fail = (error: unknown): void => {
    const detail: BindFailure = { property, error };
    element.dispatchEvent(new CustomEvent('bind-error', { detail }));
  };
  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    const values = waiting;
    waiting = [];
    if (!isAttached || values.length === 0) return;
    try {
      element[property] = take(values, element[property]);
    } catch (error) {
      fail(error);
    }
  };
  const schedule = (): (() => void) => {
    if (document.visibilityState === 'hidden') {
      const timer = setTimeout(flush, hiddenMs);
      return () => clearTimeout(timer);
    }
    const frame = requestAnimationFrame(flush);
    return () => cancelAnimationFrame(frame);
  };
  const detach = (): void => {
    if (!isAttached) return;
    isAttached = false;
    cancel?.();
    waiting = [];
    signal?.removeEventListener('abort', detach);
    stop();
  };
  const next = (value: T): void => {
    if (!isAttached) return;
    waiting.push(value);
    if (waiting.length >= mostWaiting) flush();
    else cancel ??= schedule();
  };

  if (signal?.aborted === true) isAttached = false;
  else {
    stop = listenTo(source, next, (error) => {
      detach();
      fail(error);
    });
    signal?.addEventListener('abort', detach, { once: true });
  }
  return {
    kind: 'data',
    target: property,
    get isAttached() {
      return isAttached;
    },
    detach,
    [Symbol.dispose]: detach,
  };
};
