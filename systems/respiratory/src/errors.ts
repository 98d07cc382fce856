import { OrganismError, type OrganismErrorOptions } from '@organism/cell';

/** What is wrong with the program or its machine: status 500. */
type Fault = 'PORT_IN_USE' | 'CANNOT_LISTEN' | 'WORKER_FAILED' | 'ROUTE_CONFLICT' | 'BAD_ROUTE';

/** What is wrong with a request, by its code: its status. */
const statuses = {
  BAD_REQUEST: 400,
  BAD_URL: 400,
  BAD_JSON: 400,
  BAD_BODY: 400,
  BAD_VERSION: 400,
  BAD_HEADER: 400,
  BAD_MULTIPART: 400,
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  REQUEST_TIMEOUT: 408,
  UPLOAD_CONFLICT: 409,
  UPLOAD_GONE: 410,
  PRECONDITION_FAILED: 412,
  BODY_TOO_LARGE: 413,
  URL_TOO_LONG: 414,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  EXPECTATION_FAILED: 417,
  HEADERS_TOO_LARGE: 431,
  CHECKSUM_MISMATCH: 460,
} as const;

/** Titles of those whose code says it in other words. */
const titles: Readonly<Record<string, string>> = {
  BAD_URL: 'Bad URL',
  BAD_JSON: 'Malformed JSON',
  BAD_VERSION: 'Unknown version',
  BAD_MULTIPART: 'Malformed multipart body',
  BODY_TOO_LARGE: 'Content too large',
  URL_TOO_LONG: 'URI too long',
};

/** Code of an error that the server itself makes, such as `RESPIRATORY_NOT_FOUND`. */
export type HttpErrorCode = `RESPIRATORY_${keyof typeof statuses | Fault}`;

/** HTTP error: what the server refuses before, or without, an operation. */
export class HttpError extends OrganismError {
  constructor(
    code: HttpErrorCode,
    message: string,
    options: Pick<OrganismErrorOptions, 'cause' | 'details' | 'extensions'> = {},
  ) {
    const name = code.slice('RESPIRATORY_'.length);
    super(code, message, {
      status: (statuses as Readonly<Record<string, number>>)[name],
      title: titles[name],
      ...options,
    });
  }

  /** A body of more than `limit` bytes. */
  static tooLarge(limit: number): HttpError {
    return new HttpError('RESPIRATORY_BODY_TOO_LARGE', `The body must not be larger than ${limit} bytes.`, {
      extensions: { limit },
    });
  }

  /** No such path. */
  static notFound(): HttpError {
    return new HttpError('RESPIRATORY_NOT_FOUND', 'There is nothing here.');
  }
}
