import { type Context, contextToHeaders } from '@organism/cell';
import type { Shape } from '@organism/nervous';
import type { Envelope } from '../envelope.ts';
import type { DeathReason } from './driver.ts';
import type { TopicOptions } from './topic-options.ts';

/** Header with the version of the Bone that a value was checked against; left out for version 1. */
export const versionHeader = 'x-schema-version';

const noHeaders: Readonly<Record<string, string>> = Object.freeze({});

/** A shape that reads values of its older versions too: a Bone. */
type Versioned = Shape<unknown> & { parseVersion(value: unknown, version: number): unknown };

const isVersioned = (shape: Shape<unknown>): shape is Versioned =>
  typeof (shape as Partial<Versioned>).parseVersion === 'function';

/** A topic as a Heart knows it: its Bone and its options. */
export class HeartTopic {
  readonly name: string;
  readonly shape: Shape<unknown> | undefined;
  readonly options: Required<TopicOptions>;
  readonly #checksPublish: boolean;
  readonly #checksConsume: boolean;
  readonly #versionHeaders: Readonly<Record<string, string>>;

  constructor(name: string, shape: Shape<unknown> | undefined, options: Required<TopicOptions>) {
    this.name = name;
    this.shape = shape;
    this.options = options;
    const { validate } = options;
    this.#checksPublish = validate === 'both' || validate === 'publish';
    this.#checksConsume = validate === 'both' || validate === 'consume';
    const version = shape?.version ?? 1;
    this.#versionHeaders = version === 1 ? noHeaders : Object.freeze({ [versionHeader]: String(version) });
  }

  /** @throws {ValidationError} when the value does not fit. */
  checkPublished(value: unknown): void {
    if (this.#checksPublish) this.shape?.parse(value);
  }

  /** The headers of a message: the context's, the version's and the sender's own. */
  headers(
    context: Context | undefined,
    own: Readonly<Record<string, string>> | undefined,
    trusted: boolean,
  ): Envelope['headers'] {
    if (context === undefined) return own === undefined ? this.#versionHeaders : { ...this.#versionHeaders, ...own };
    const carried = contextToHeaders(context, { trusted });
    // How long the sender waits says nothing of how long its message is wanted.
    delete carried['x-timeout-ms'];
    return { ...carried, ...this.#versionHeaders, ...own };
  }

  /** The value for the handler. @throws when it does not fit. */
  read({ data, headers }: Envelope): unknown {
    const { shape } = this;
    if (shape === undefined || !this.#checksConsume) return data;
    const version = Number(headers[versionHeader] ?? 1);
    return version !== shape.version && isVersioned(shape) ? shape.parseVersion(data, version) : shape.parse(data);
  }
}

/** Reasons by the code of what was thrown. */
const reasons: ReadonlyMap<unknown, string> = new Map([
  ['SKELETAL_BAD_VERSION', 'unknown-version'],
  ['CIRCULATORY_CORRUPT', 'corrupt'],
  ['CIRCULATORY_DAMAGED', 'corrupt'],
  ['CIRCULATORY_UNKNOWN_SCHEMA', 'unknown-schema'],
  ['CIRCULATORY_UNKNOWN_KEY', 'unknown-key'],
  ['CIRCULATORY_UNKNOWN_FORMAT', 'unknown-format'],
  ['CIRCULATORY_NOT_ENCRYPTED', 'not-encrypted'],
  ['CIRCULATORY_TOO_LARGE', 'too-large'],
]);

/** Why a message that can't be read becomes a dead letter. */
export const unreadable = (error: unknown): DeathReason => {
  const detail = error instanceof Error ? error.message : 'unreadable';
  const code = reasons.get((error as { readonly code?: unknown } | null | undefined)?.code);
  return { code: code ?? 'invalid', detail };
};
