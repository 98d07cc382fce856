import { parseRoute } from '../router/router.ts';

/** What an injected request is made of, beside its method and path. */
export interface InjectOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | FormData;
  /** Aborts when the client is to leave. */
  readonly signal?: AbortSignal;
}

/** A request from method, path and query in one string, `GET /quakes?min=5`. @throws {HttpError} `RESPIRATORY_BAD_ROUTE` */
export const toRequest = (route: string, options: InjectOptions): Request => {
  const { method, path } = parseRoute(route);
  const headers = new Headers(options.headers);
  if (options.json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json');
  const body = options.json === undefined ? options.body : JSON.stringify(options.json);
  const length = typeof body === 'string' ? new TextEncoder().encode(body).length : undefined;
  if (length !== undefined && !headers.has('content-length')) headers.set('content-length', String(length));
  return new Request(`http://inject.local${path}`, {
    method,
    headers,
    ...(body !== undefined && { body }),
    ...(body instanceof ReadableStream && { duplex: 'half' }),
    ...(options.signal !== undefined && { signal: options.signal }),
  });
};
