import { OrganismError, type OrganismErrorOptions } from '@organism/cell';

interface Entry {
  readonly status: number;
  readonly title: string;
}

/** Code of an error that the server itself makes. */
export type HttpErrorCode =
  | 'RESPIRATORY_PORT_IN_USE'
  | 'RESPIRATORY_CANNOT_LISTEN'
  | 'RESPIRATORY_WORKER_FAILED'
  | 'RESPIRATORY_ROUTE_CONFLICT'
  | 'RESPIRATORY_BAD_ROUTE'
  | 'RESPIRATORY_BAD_REQUEST'
  | 'RESPIRATORY_BAD_URL'
  | 'RESPIRATORY_BAD_JSON'
  | 'RESPIRATORY_BAD_BODY'
  | 'RESPIRATORY_BAD_VERSION'
  | 'RESPIRATORY_BAD_HEADER'
  | 'RESPIRATORY_BAD_MULTIPART'
  | 'RESPIRATORY_UNAUTHENTICATED'
  | 'RESPIRATORY_NOT_FOUND'
  | 'RESPIRATORY_METHOD_NOT_ALLOWED'
  | 'RESPIRATORY_NOT_ACCEPTABLE'
  | 'RESPIRATORY_REQUEST_TIMEOUT'
  | 'RESPIRATORY_UPLOAD_CONFLICT'
  | 'RESPIRATORY_UPLOAD_GONE'
  | 'RESPIRATORY_PRECONDITION_FAILED'
  | 'RESPIRATORY_BODY_TOO_LARGE'
  | 'RESPIRATORY_URL_TOO_LONG'
  | 'RESPIRATORY_UNSUPPORTED_MEDIA_TYPE'
  | 'RESPIRATORY_RANGE_NOT_SATISFIABLE'
  | 'RESPIRATORY_HEADERS_TOO_LARGE'
  | 'RESPIRATORY_CHECKSUM_MISMATCH';

/** Every error the server itself makes: code, status, title. */
const catalogue: Readonly<Record<HttpErrorCode, Entry>> = {
  RESPIRATORY_PORT_IN_USE: { status: 500, title: 'Port in use' },
  RESPIRATORY_CANNOT_LISTEN: { status: 500, title: 'Cannot listen' },
  RESPIRATORY_WORKER_FAILED: { status: 500, title: 'Worker failed' },
  RESPIRATORY_ROUTE_CONFLICT: { status: 500, title: 'Route conflict' },
  RESPIRATORY_BAD_ROUTE: { status: 500, title: 'Bad route' },
  RESPIRATORY_BAD_REQUEST: { status: 400, title: 'Bad request' },
  RESPIRATORY_BAD_URL: { status: 400, title: 'Bad URL' },
  RESPIRATORY_BAD_JSON: { status: 400, title: 'Malformed JSON' },
  RESPIRATORY_BAD_BODY: { status: 400, title: 'Malformed body' },
  RESPIRATORY_BAD_VERSION: { status: 400, title: 'Unknown version' },
  RESPIRATORY_BAD_HEADER: { status: 400, title: 'Bad header' },
  RESPIRATORY_BAD_MULTIPART: { status: 400, title: 'Malformed multipart body' },
  RESPIRATORY_UNAUTHENTICATED: { status: 401, title: 'Unauthenticated' },
  RESPIRATORY_NOT_FOUND: { status: 404, title: 'Not found' },
  RESPIRATORY_METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed' },
  RESPIRATORY_NOT_ACCEPTABLE: { status: 406, title: 'Not acceptable' },
  RESPIRATORY_REQUEST_TIMEOUT: { status: 408, title: 'Request timeout' },
  RESPIRATORY_UPLOAD_CONFLICT: { status: 409, title: 'Upload conflict' },
  RESPIRATORY_UPLOAD_GONE: { status: 410, title: 'Upload gone' },
  RESPIRATORY_PRECONDITION_FAILED: { status: 412, title: 'Precondition failed' },
  RESPIRATORY_BODY_TOO_LARGE: { status: 413, title: 'Content too large' },
  RESPIRATORY_URL_TOO_LONG: { status: 414, title: 'URI too long' },
  RESPIRATORY_UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Unsupported media type' },
  RESPIRATORY_RANGE_NOT_SATISFIABLE: { status: 416, title: 'Range not satisfiable' },
  RESPIRATORY_HEADERS_TOO_LARGE: { status: 431, title: 'Request header fields too large' },
  RESPIRATORY_CHECKSUM_MISMATCH: { status: 460, title: 'Checksum mismatch' },
};

/** HTTP error: what the server refuses before, or without, an operation. */
export class HttpError extends OrganismError {
  constructor(
    code: HttpErrorCode,
    message: string,
    options: Pick<OrganismErrorOptions, 'cause' | 'details' | 'extensions'> = {},
  ) {
    super(code, message, { ...catalogue[code], ...options });
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
