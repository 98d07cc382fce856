import { type Clock, Context, type Entropy, formatTraceparent, type ShapeReference } from '@organism/cell';
import { systemClock, systemEntropy } from '@organism/cell';
import { type AttributeValue, checkAttribute, checkExtension } from './attributes.ts';
import { schemaReference, type SchemaReferenceOptions } from './schema-reference.ts';

/** The parts of an event. */
export interface BloodCellInit<T> {
  /** Unique among the events of one source. */
  readonly id: string;
  /** Where it happened: a URI reference. */
  readonly source: string;
  /** What kind of thing happened. */
  readonly type: string;
  /** What it is about, within the source. */
  readonly subject?: string | undefined;
  /** When it happened: RFC 3339. Kept as it is, so that no digit is lost. */
  readonly time?: string | undefined;
  /** Media type of the data. None stands for JSON, unless the data is bytes. */
  readonly datacontenttype?: string | undefined;
  /** Schema of the data: an absolute URI. */
  readonly dataschema?: string | undefined;
  /** Further attributes; names of a-z and 0-9. */
  readonly extensions?: Readonly<Record<string, AttributeValue>>;
  /** The payload. Undefined for none; null is a payload. */
  readonly data?: T | undefined;
}

/** Options of {@link BloodCell.create}. */
export interface CreateOptions<T> extends Partial<BloodCellInit<T>>, SchemaReferenceOptions {
  readonly source: string;
  /** The data's schema: gives `dataschema`, and `type` unless that is given. */
  readonly bone?: ShapeReference;
  /** Groups messages that must keep their order: extension `partitionkey`. */
  readonly key?: string;
  /** Whose trace, correlation, causation and tenant the event carries. Default: the current one, if any. */
  readonly context?: Context;
  /** Default: the context's, else the system's. */
  readonly clock?: Clock;
  /** Default: the context's, else the system's. */
  readonly entropy?: Entropy;
}

const fromContext = (context: Context | undefined): Record<string, AttributeValue> => {
  if (context === undefined) return {};
  const { trace, correlationId, causationId, tenant } = context;
  return {
    correlationid: correlationId,
    ...(causationId !== undefined && { causationid: causationId }),
    ...(tenant !== undefined && { tenant }),
    traceparent: formatTraceparent(trace),
    ...(trace.state !== undefined && { tracestate: trace.state }),
  };
};

const optional = ['subject', 'time', 'datacontenttype', 'dataschema'] as const;

/**
 * Event envelope: a CloudEvents 1.0 event, checked when it is made and immutable after. The data itself is neither
 * copied nor validated.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Context } from '@organism/cell';
 * import { BloodCell, contextOf } from '@organism/circulatory';
 *
 * const context = new Context({ correlationId: 'order-7' });
 * const cell = BloodCell.create({ type: 'order.placed', source: '/shop', data: { total: 12 }, context });
 * assert.equal(cell.extensions['correlationid'], 'order-7');
 *
 * const next = contextOf(cell);
 * assert.deepEqual([next.correlationId, next.causationId], ['order-7', cell.id]);
 * ```
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export class BloodCell<T = unknown> {
  /** Version of the specification; always `1.0`. */
  readonly specversion = '1.0';
  /** Unique among the events of one source. */
  readonly id: string;
  /** Where it happened. */
  readonly source: string;
  /** What kind of thing happened. */
  readonly type: string;
  /** What it is about. */
  readonly subject: string | undefined;
  /** When it happened. */
  readonly time: string | undefined;
  /** Media type of the data. */
  readonly datacontenttype: string | undefined;
  /** Schema of the data. */
  readonly dataschema: string | undefined;
  /** Attributes beyond the standard ones. */
  readonly extensions: Readonly<Record<string, AttributeValue>>;
  /** The payload. */
  readonly data: T | undefined;

  /** @throws {BloodCellError} `CIRCULATORY_BAD_EVENT` when an attribute breaks its rule; names both. */
  constructor(init: BloodCellInit<T>) {
    checkAttribute('id', init.id);
    checkAttribute('source', init.source);
    checkAttribute('type', init.type);
    for (const name of optional) if (init[name] !== undefined) checkAttribute(name, init[name]);
    // Without a prototype, so that an attribute may be called "constructor".
    const extensions = Object.create(null) as Record<string, AttributeValue>;
    for (const [name, value] of Object.entries(init.extensions ?? {})) {
      checkExtension(name, value);
      extensions[name] = value;
    }
    this.id = init.id;
    this.source = init.source;
    this.type = init.type;
    this.subject = init.subject;
    this.time = init.time;
    this.datacontenttype = init.datacontenttype;
    this.dataschema = init.dataschema;
    this.extensions = Object.freeze(extensions);
    this.data = init.data;
    Object.freeze(this);
  }

  /**
   * A new event: id and time are drawn, trace, correlation, causation and tenant come from the context.
   *
   * @throws {BloodCellError} `CIRCULATORY_BAD_EVENT` when an attribute breaks its rule.
   */
  static create<T>(options: CreateOptions<T>): BloodCell<T> {
    const { bone, key, context = Context.current() } = options;
    const clock = options.clock ?? context?.clock ?? systemClock;
    const entropy = options.entropy ?? context?.entropy ?? systemEntropy;
    return new BloodCell<T>({
      id: options.id ?? entropy.uuid(),
      source: options.source,
      // The check says what is wrong when there is neither.
      type: (options.type ?? bone?.name) as string,
      subject: options.subject,
      time: options.time ?? new Date(clock.now()).toISOString(),
      datacontenttype: options.datacontenttype ?? (isBytes(options.data) ? undefined : 'application/json'),
      dataschema: options.dataschema ?? (bone === undefined ? undefined : schemaReference(bone, options)),
      extensions: {
        ...fromContext(context),
        ...(key !== undefined && { partitionkey: key }),
        ...options.extensions,
      },
      data: options.data,
    });
  }

  /** The key that groups messages which must keep their order: extension `partitionkey`. */
  get key(): string | undefined {
    const { partitionkey } = this.extensions;
    return typeof partitionkey === 'string' ? partitionkey : undefined;
  }

  /** The same event with other parts. @throws {BloodCellError} `CIRCULATORY_BAD_EVENT` */
  with<U = T>(changes: Partial<BloodCellInit<U>>): BloodCell<U> {
    return new BloodCell<U>({ ...(this as unknown as BloodCellInit<U>), ...changes });
  }
}

const isBytes = (data: unknown): data is Uint8Array => data instanceof Uint8Array;
