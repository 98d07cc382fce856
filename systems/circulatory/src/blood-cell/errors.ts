import { OrganismError, typeName } from '@organism/cell';

/**
 * Bad event: an attribute, or the envelope as a whole, breaks a rule of CloudEvents. Code `CIRCULATORY_BAD_EVENT`,
 * status 400.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { BloodCell, BloodCellError } from '@organism/circulatory';
 *
 * assert.throws(
 *   () => new BloodCell({ id: '', source: '/shop', type: 'order.placed' }),
 *   (error) => error instanceof BloodCellError && error.attribute === 'id',
 * );
 * ```
 */
export class BloodCellError extends OrganismError {
  /** What is wrong: an attribute's name, `data`, `data_base64`, a header, or `event` and `batch` for the whole. */
  readonly attribute: string;
  /** The rule that it breaks, as in "must be …". */
  readonly rule: string;

  constructor(attribute: string, rule: string, value: unknown, options: { readonly cause?: unknown } = {}) {
    super('CIRCULATORY_BAD_EVENT', `${attribute} must be ${rule}; got ${typeName(value)}.`, {
      status: 400,
      extensions: { attribute, rule },
      ...options,
    });
    this.attribute = attribute;
    this.rule = rule;
  }
}

/** An event or batch of more bytes than the reader takes. Code `CIRCULATORY_EVENT_TOO_LARGE`, status 413. */
export class BloodCellTooLargeError extends OrganismError {
  constructor(maxBytes: number) {
    super('CIRCULATORY_EVENT_TOO_LARGE', `The event has more than ${maxBytes} bytes.`, {
      status: 413,
      extensions: { maxBytes },
    });
  }
}
