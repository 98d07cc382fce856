import { type Entropy, OptionError, OrganismError } from '@organism/cell';
import { ValidationError } from '@organism/skeletal';
import type { Repeatability } from './diaphragm.ts';
import type { CallOptions, InputShape } from './options.ts';
import { dropped, secret } from './redirect.ts';
import type { WireBody } from './transport.ts';
import type { Addresses, ParamValue } from './url.ts';

/** A request as interceptors see and change it. Immutable: give a changed copy. */
export interface ClientRequest {
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** A function makes a streamed body anew for each attempt. */
  readonly body?: WireBody | (() => AsyncIterable<Uint8Array>) | undefined;
  /** Bytes of a streamed body, if they are known. */
  readonly contentLength?: number | undefined;
  readonly repeatability: Repeatability;
}

const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** Content of a request, ready to send. */
interface Content {
  readonly body: NonNullable<ClientRequest['body']>;
  readonly type: string | undefined;
  readonly length: number | undefined;
}

/** A schema's own error quotes values; this one names the place. */
const unfit = (error: unknown, json: unknown, name: string): unknown => {
  const { issues } = error as { readonly issues?: readonly { readonly path?: readonly PropertyKey[] }[] };
  const path = Array.isArray(issues) ? (issues[0]?.path ?? []) : [];
  return error instanceof OrganismError
    ? error
    : new OptionError(['json', ...path.map(String)].join('.'), `what ${name} can write`, json);
};

const write = <In>(json: In, input: InputShape<In>): unknown => {
  try {
    return input.encode(json);
  } catch (error) {
    throw unfit(error, json, input.name);
  }
};

/** Content as JSON. @throws {ValidationError} when it does not fit its Bone, {OptionError} when JSON can't hold it. */
export const encodeJson = <In>({ json, input }: Pick<CallOptions<unknown, In>, 'json' | 'input'>): string => {
  const value = input === undefined ? json : write(json as In, input);
  if (input !== undefined) {
    const result = input.safeParse(value);
    if (!result.ok) throw new ValidationError(input.name, result.issues);
  }
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new OptionError('json', 'a value that JSON can hold', json);
  return text;
};

const encodeBody = (body: NonNullable<CallOptions['body']>): Content => {
  if (typeof body === 'string') return { body, type: 'text/plain;charset=UTF-8', length: undefined };
  if (body instanceof Uint8Array || typeof body === 'function') return { body, type: undefined, length: undefined };
  if (body instanceof URLSearchParams)
    return { body: body.toString(), type: 'application/x-www-form-urlencoded;charset=UTF-8', length: undefined };
  if (body instanceof Blob)
    return {
      body: () => body.stream() as unknown as AsyncIterable<Uint8Array>,
      type: body.type === '' ? undefined : body.type,
      length: body.size,
    };
  if (body instanceof FormData) {
    // The host knows how to write a form; its boundary is in the media type.
    const response = new Response(body);
    return {
      body: response.body as unknown as AsyncIterable<Uint8Array>,
      type: response.headers.get('content-type') ?? undefined,
      length: undefined,
    };
  }
  if (Symbol.asyncIterator in body) return { body, type: undefined, length: undefined };
  throw new OptionError('body', 'text, bytes, a form or an async iterable of bytes', body);
};

const contentOf = <In>(options: CallOptions<unknown, In>): Content | undefined => {
  if (options.json !== undefined) return { body: encodeJson(options), type: 'application/json', length: undefined };
  return options.body === undefined ? undefined : encodeBody(options.body);
};

const isStream = (body: ClientRequest['body']): boolean => typeof body === 'object' && !(body instanceof Uint8Array);

/** Makes requests of one client. */
export class RequestFactory {
  readonly #addresses: Addresses;
  readonly #headers: Readonly<Record<string, string>>;
  /** Those for other origins, which absolute URLs lead to. */
  readonly #foreign: Readonly<Record<string, string>>;
  readonly #entropy: Entropy;

  constructor(addresses: Addresses, headers: Readonly<Record<string, string>>, entropy: Entropy) {
    this.#addresses = addresses;
    this.#entropy = entropy;
    // Frozen, so that the transport may write them once for all calls.
    this.#headers = Object.freeze(lowerCased(headers));
    this.#foreign = Object.freeze(dropped(this.#headers, secret));
  }

  /** @throws {OptionError} `CELL_BAD_OPTION`, {ValidationError} when the content does not fit its Bone. */
  make<In>(method: string, path: string, options: CallOptions<unknown, In> | undefined): ClientRequest {
    const params = options?.params as Readonly<Record<string, ParamValue>> | undefined;
    const { origin, path: target } = this.#addresses.target(path, params, options?.query);
    const defaults = origin === this.#addresses.origin ? this.#headers : this.#foreign;
    const repeatable = idempotentMethods.has(method);
    // Six fields in one order, whatever the call: one shape for the compiler.
    if (options === undefined || isPlain(options as CallOptions))
      return {
        method,
        origin,
        path: target,
        headers: defaults,
        body: undefined,
        contentLength: undefined,
        repeatability: repeatable ? 'idempotent' : 'unsafe',
      };
    const content = contentOf(options);
    const headers: Record<string, string> = { ...defaults };
    if (content?.type !== undefined) headers['content-type'] = content.type;
    const key = options.idempotencyKey === true ? this.#entropy.uuid() : options.idempotencyKey;
    if (key !== undefined && key !== false) headers['idempotency-key'] = key;
    Object.assign(headers, lowerCased(options.headers ?? {}));
    const once = isStream(content?.body);
    return {
      method,
      origin,
      path: target,
      headers,
      body: content?.body,
      contentLength: options.contentLength ?? content?.length,
      repeatability: once ? 'once' : repeatable || headers['idempotency-key'] !== undefined ? 'idempotent' : 'unsafe',
    };
  }
}

const isPlain = ({ json, body, headers, idempotencyKey }: CallOptions<unknown, unknown>): boolean =>
  json === undefined && body === undefined && headers === undefined && idempotencyKey === undefined;

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([, value]) => (value as string | undefined) !== undefined)
      .map(([name, value]) => [name.toLowerCase(), value]),
  );
