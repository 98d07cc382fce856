import { OrganismError, type OrganismErrorOptions } from '@organism/cell';

interface Entry {
  readonly status: number;
  readonly title: string;
}

/** Code of an error that the server itself makes. */
export type HttpErrorCode =
  | 'RESPIRATORY_PORT_IN_USE'
  | 'RESPIRATORY_CANNOT_LISTEN'
  | 'RESPIRATORY_ROUTE_CONFLICT'
  | 'RESPIRATORY_BAD_ROUTE'
  | 'RESPIRATORY_BAD_URL'
  | 'RESPIRATORY_BAD_JSON'
  | 'RESPIRATORY_BAD_HEADER'
  | 'RESPIRATORY_NOT_FOUND'
  | 'RESPIRATORY_METHOD_NOT_ALLOWED'
  | 'RESPIRATORY_NOT_ACCEPTABLE'
  | 'RESPIRATORY_BODY_TOO_LARGE'
  | 'RESPIRATORY_UNSUPPORTED_MEDIA_TYPE'
  | 'RESPIRATORY_STOPPING';

/** Every error the server itself makes: code, status, title. */
const catalogue: Readonly<Record<HttpErrorCode, Entry>> = {
  RESPIRATORY_PORT_IN_USE: { status: 500, title: 'Port in use' },
  RESPIRATORY_CANNOT_LISTEN: { status: 500, title: 'Cannot listen' },
  RESPIRATORY_ROUTE_CONFLICT: { status: 500, title: 'Route conflict' },
  RESPIRATORY_BAD_ROUTE: { status: 500, title: 'Bad route' },
  RESPIRATORY_BAD_URL: { status: 400, title: 'Bad URL' },
  RESPIRATORY_BAD_JSON: { status: 400, title: 'Malformed JSON' },
  RESPIRATORY_BAD_HEADER: { status: 400, title: 'Bad header' },
  RESPIRATORY_NOT_FOUND: { status: 404, title: 'Not found' },
  RESPIRATORY_METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed' },
  RESPIRATORY_NOT_ACCEPTABLE: { status: 406, title: 'Not acceptable' },
  RESPIRATORY_BODY_TOO_LARGE: { status: 413, title: 'Content too large' },
  RESPIRATORY_UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Unsupported media type' },
  RESPIRATORY_STOPPING: { status: 503, title: 'Stopping' },
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
}
