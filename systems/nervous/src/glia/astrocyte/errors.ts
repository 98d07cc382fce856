import { OrganismError, type ShapeReference, typeName } from '@organism/cell';

/**
 * Optimistic concurrency failure: the key has changed since its version was read. Code `NERVOUS_VERSION_CONFLICT`,
 * status 409. Read again and try again, or use `update`, which does so.
 */
export class VersionConflictError extends OrganismError {
  readonly key: string;
  /** The version that the write asked for; 0 for none. */
  readonly expected: number;
  /** The version that the key has; 0 for none. */
  readonly actual: number;

  constructor(key: string, expected: number, actual: number) {
    const named = (version: number): string => (version === 0 ? 'none' : String(version));
    super(
      'NERVOUS_VERSION_CONFLICT',
      `The state of "${key}" has version ${named(actual)}, not ${named(expected)} as expected.`,
      { status: 409, retryable: true, publicMessage: 'It was changed meanwhile.', details: { key, expected, actual } },
    );
    this.key = key;
    this.expected = expected;
    this.actual = actual;
  }
}

/** A value that the store can't keep without loss. Code `NERVOUS_STATE_VALUE`. */
export class StateValueError extends OrganismError {
  constructor(place: string, rule: string, value: unknown, cause?: unknown) {
    super('NERVOUS_STATE_VALUE', `State at ${place} must be ${rule}; got ${typeName(value)}.`, {
      details: { place, rule },
      ...(cause !== undefined && { cause }),
    });
  }
}

/** A stored value that its shape refuses when it is read. Code `NERVOUS_STATE_SHAPE`; the cause says why. */
export class StateShapeError extends OrganismError {
  constructor(key: string, shape: ShapeReference, cause: unknown) {
    super('NERVOUS_STATE_SHAPE', `The state of "${key}" does not fit shape "${shape.name}" version ${shape.version}.`, {
      details: { key, shape: shape.name, version: shape.version },
      cause,
    });
  }
}

/** A state driver that can't do its work: a full disk, a lock held too long. Code `NERVOUS_STATE_DRIVER`. */
export class StateDriverError extends OrganismError {
  constructor(operation: string, options: { readonly retryable?: boolean; readonly cause?: unknown } = {}) {
    super('NERVOUS_STATE_DRIVER', `The state driver can't ${operation}.`, {
      ...options,
      status: options.retryable === true ? 503 : 500,
    });
  }
}
