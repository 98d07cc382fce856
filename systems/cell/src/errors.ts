import { messageOf, typeName } from './type-name.ts';

/** Problem details for HTTP APIs, as sent to a client: safe to show. @see RFC 9457 */
export interface ProblemDetails {
  /** URI that identifies the kind of problem; `about:blank` when the code says it all. */
  readonly type: string;
  /** Short summary of the kind of problem, the same for every occurrence. */
  readonly title: string;
  /** HTTP status code, 400 to 599. */
  readonly status: number;
  /** What went wrong this time, in words a client may see. */
  readonly detail?: string;
  /** URI of this occurrence, usually the request path. */
  readonly instance?: string;
  /** Stable machine-readable code (an extension member). */
  readonly code: string;
  readonly [extension: string]: unknown;
}

/** What an {@link OrganismError} carries beside its code and message. */
export interface OrganismErrorOptions {
  /** HTTP status code that fits this error. Default 500. */
  readonly status?: number | undefined;
  /** Short summary of the kind of problem. Default: the code in words, without the organ's name. */
  readonly title?: string | undefined;
  /** Text a client may see. Default: the message when `status` < 500, else nothing. */
  readonly publicMessage?: string;
  /** Extra members of the problem document; a client may see them. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** For logs only; never sent to a client. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Whether the same call may succeed when repeated. Default false. */
  readonly retryable?: boolean;
  /** The error that led to this one; for logs only. */
  readonly cause?: unknown;
}

// To a client an organ's name says nothing.
const organ = /^(CELL|SKELETAL|HOMEOSTASIS|METABOLIC|NERVOUS|MUSCULAR|CIRCULATORY|RESPIRATORY)_/;

const inWords = (code: string): string => {
  const words = code.replace(organ, '');
  return words.slice(0, 1) + words.slice(1).toLowerCase().replaceAll('_', ' ');
};

/**
 * Error base class: a stable code, an HTTP status, and a line between what a client may see and what only logs may.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { OrganismError } from '@organism/cell';
 *
 * const error = new OrganismError('SHOP_SOLD_OUT', 'No seat is left.', { status: 409, details: { sqlState: 'P0001' } });
 * assert.deepEqual(error.toProblem(), {
 *   type: 'about:blank', title: 'Shop sold out', status: 409, detail: 'No seat is left.', code: 'SHOP_SOLD_OUT',
 * });
 * ```
 */
export class OrganismError extends Error {
  /** Stable machine-readable code, `ORGAN_WHAT_HAPPENED`. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly publicMessage: string | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: OrganismErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.code = code;
    this.status = options.status ?? 500;
    this.title = options.title ?? inWords(code);
    this.publicMessage = options.publicMessage ?? (this.status < 500 ? message : undefined);
    this.extensions = options.extensions ?? {};
    this.details = options.details ?? {};
    this.retryable = options.retryable ?? false;
  }

  /** The problem document for a client; holds neither stack, cause nor details. @see RFC 9457 section 3 */
  toProblem(options: { readonly instance?: string; readonly type?: string } = {}): ProblemDetails {
    return {
      ...this.extensions,
      type: options.type ?? 'about:blank',
      title: this.title,
      status: this.status,
      ...(this.publicMessage !== undefined && { detail: this.publicMessage }),
      ...(options.instance !== undefined && { instance: options.instance }),
      code: this.code,
    };
  }

  /** The same as {@link OrganismError.toProblem}, so that `JSON.stringify` never leaks private details. */
  toJSON(): ProblemDetails {
    return this.toProblem();
  }
}

/**
 * Bad argument: an option or parameter that breaks its rule. Code `CELL_BAD_OPTION`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { OptionError } from '@organism/cell';
 *
 * const error = new OptionError('port', 'a number from 0 to 65535', 'hunter2');
 * assert.equal(error.message, 'port must be a number from 0 to 65535; got string.');
 * ```
 */
export class OptionError extends OrganismError {
  constructor(field: string, rule: string, value: unknown) {
    super('CELL_BAD_OPTION', `${field} must be ${rule}; got ${typeName(value)}.`, { details: { field, rule } });
  }
}

/**
 * Composition error: needs that are missing or form a cycle, or two cells of one name.
 *
 * Codes `CELL_NEED_MISSING`, `CELL_NEED_CYCLE`, `CELL_NAME_TAKEN`; `details.path` has the path.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Cell, Organism } from '@organism/cell';
 *
 * const cells = [new Cell({ name: 'a', needs: ['b'] }), new Cell({ name: 'b', needs: ['a'] })];
 * assert.throws(() => new Organism({ name: 'shop', cells }), { code: 'CELL_NEED_CYCLE', details: { path: ['a', 'b', 'a'] } });
 * ```
 */
export class CompositionError extends OrganismError {
  constructor(
    code: 'CELL_NEED_MISSING' | 'CELL_NEED_CYCLE' | 'CELL_NAME_TAKEN',
    message: string,
    path: readonly string[],
  ) {
    super(code, message, { details: { path } });
  }
}

/**
 * Lifecycle error: an operation that the cell's present state does not allow. Code `CELL_STATE`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Cell, StateError } from '@organism/cell';
 *
 * const cell = await new Cell({ name: 'db' }).start();
 * const stopping = cell.stop();
 * await assert.rejects(cell.start(), StateError);
 * await stopping;
 * ```
 */
export class StateError extends OrganismError {
  constructor(cell: string, state: string, operation: string) {
    super('CELL_STATE', `Cell "${cell}" can't ${operation} while it is ${state}.`, {
      details: { cell, state, operation },
    });
  }
}

const because = (errors: readonly unknown[]): string => errors.map((error) => messageOf(error)).join('; ');

/**
 * Start failure: carries every error of the start and of the clean-up after it. Code `CELL_START_FAILED`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Cell } from '@organism/cell';
 *
 * const cell = new Cell({ name: 'db', start: () => Promise.reject(new Error('no route to host')) });
 * await assert.rejects(cell.start(), { message: 'Cell "db" failed to start: no route to host' });
 * ```
 */
export class StartError extends OrganismError {
  readonly errors: readonly unknown[];
  constructor(cell: string, errors: readonly unknown[]) {
    super('CELL_START_FAILED', `Cell "${cell}" failed to start: ${because(errors)}`, {
      cause: errors[0],
      details: { cell },
    });
    this.errors = errors;
  }
}

/**
 * Stop failure: carries every error met while stopping. Code `CELL_STOP_FAILED`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Cell } from '@organism/cell';
 *
 * const cell = await new Cell({ name: 'db', stop: () => Promise.reject(new Error('lock held')) }).start();
 * await assert.rejects(cell.stop(), { message: 'Cell "db" did not stop cleanly: lock held' });
 * ```
 */
export class StopError extends OrganismError {
  readonly errors: readonly unknown[];
  constructor(cell: string, errors: readonly unknown[]) {
    super('CELL_STOP_FAILED', `Cell "${cell}" did not stop cleanly: ${because(errors)}`, {
      cause: errors[0],
      details: { cell },
    });
    this.errors = errors;
  }
}

/**
 * Cancellation: the caller gave up. Code `CELL_CANCELLED`, status 499 (client closed request).
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { CancelledError, Context } from '@organism/cell';
 *
 * const context = new Context({ signal: AbortSignal.abort() });
 * assert.throws(() => context.throwIfDone(), CancelledError);
 * ```
 */
export class CancelledError extends OrganismError {
  constructor(message = 'The operation was cancelled.', options: { readonly cause?: unknown } = {}) {
    super('CELL_CANCELLED', message, { status: 499, ...options });
  }
}

/**
 * Deadline exceeded: time ran out before the work was done. Code `CELL_DEADLINE_EXCEEDED`, status 504.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Context, DeadlineError, systemClock } from '@organism/cell';
 *
 * const context = new Context({ deadline: systemClock.now() - 1 });
 * assert.throws(() => context.throwIfDone(), DeadlineError);
 * ```
 */
export class DeadlineError extends OrganismError {
  constructor(message = 'The deadline passed before the work was done.', options: { readonly cause?: unknown } = {}) {
    super('CELL_DEADLINE_EXCEEDED', message, { status: 504, publicMessage: message, retryable: true, ...options });
  }
}

/**
 * Any thrown value as an {@link OrganismError}: a foreign one becomes `CELL_UNEXPECTED` (status 500) with it as cause.
 *
 * The host's own aborts and timeouts become {@link CancelledError} and {@link DeadlineError}.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { toOrganismError } from '@organism/cell';
 *
 * const error = toOrganismError(new TypeError('cannot read property of undefined'));
 * assert.deepEqual(error.toProblem(), {
 *   type: 'about:blank', title: 'Unexpected error', status: 500, code: 'CELL_UNEXPECTED',
 * });
 * ```
 */
export const toOrganismError = (thrown: unknown): OrganismError => {
  if (thrown instanceof OrganismError) return thrown;
  const { name } = thrown instanceof Error ? thrown : { name: '' };
  if (name === 'AbortError') return new CancelledError(undefined, { cause: thrown });
  if (name === 'TimeoutError') return new DeadlineError(undefined, { cause: thrown });
  return new OrganismError('CELL_UNEXPECTED', messageOf(thrown), { title: 'Unexpected error', cause: thrown });
};
