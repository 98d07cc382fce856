import { OrganismError, type OrganismErrorOptions } from '@organism/cell';

/** Every error the server itself makes, by its code: its status, and its title where that is not the words of the code. */
const catalogue = {
  PORT_IN_USE: 500,
  CANNOT_LISTEN: 500,
  WORKER_FAILED: 500,
  ROUTE_CONFLICT: 500,
  BAD_ROUTE: 500,
  BAD_REQUEST: 400,
  BAD_URL: [400, 'Bad URL'],
  BAD_JSON: [400, 'Malformed JSON'],
  BAD_BODY: [400, 'Malformed body'],
  BAD_VERSION: [400, 'Unknown version'],
  BAD_HEADER: 400,
  BAD_MULTIPART: [400, 'Malformed multipart body'],
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  REQUEST_TIMEOUT: 408,
  UPLOAD_CONFLICT: 409,
  UPLOAD_GONE: 410,
  PRECONDITION_FAILED: 412,
  BODY_TOO_LARGE: [413, 'Content too large'],
  URL_TOO_LONG: [414, 'URI too long'],
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  EXPECTATION_FAILED: 417,
  HEADERS_TOO_LARGE: [431, 'Request header fields too large'],
  CHECKSUM_MISMATCH: 460,
} as const;

/** Code of an error that the server itself makes, such as `RESPIRATORY_NOT_FOUND`. */
export type HttpErrorCode = `RESPIRATORY_${keyof typeof catalogue}`;

const entryOf = (code: HttpErrorCode): { readonly status: number; readonly title: string } => {
  const name = code.slice('RESPIRATORY_'.length) as keyof typeof catalogue;
  const [status, title] = [catalogue[name]].flat() as [number, string?];
  return { status, title: title ?? name.charAt(0) + name.slice(1).toLowerCase().replaceAll('_', ' ') };
};

/** HTTP error: what the server refuses before, or without, an operation. */
export class HttpError extends OrganismError {
  constructor(
    code: HttpErrorCode,
    message: string,
    options: Pick<OrganismErrorOptions, 'cause' | 'details' | 'extensions'> = {},
  ) {
    super(code, message, { ...entryOf(code), ...options });
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
