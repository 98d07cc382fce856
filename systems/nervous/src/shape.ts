import type { ShapeReference } from '@organism/cell';

/** What a topic or port carries: a Bone, or a plain type named by {@link typed}. */
export interface Shape<T> extends ShapeReference {
  readonly version: number;
  /** The value, checked. */
  parse(value: unknown): T;
}

/**
 * A shape from a plain type: a name for documents, and no validation.
 *
 * @example
 * ```ts
 * import { EventBus, typed } from '@organism/nervous';
 *
 * const Clicked = typed<{ x: number; y: number }>('ui.clicked');
 * new EventBus().emit(Clicked, { x: 1, y: 2 });
 * ```
 */
export const typed = <T>(name: string): Shape<T> => ({ name, version: 1, parse: (value) => value as T });
