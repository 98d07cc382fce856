import type { ShapeReference } from '@organism/cell';
import type { Bone } from '@organism/skeletal';
import type { Cors } from './cors.ts';
import type { Exchange } from './exchange/exchange.ts';
import type { SecurityScheme } from './guard.ts';
import type { Hook } from './hooks.ts';

/** What a route tells the API document of itself. */
export interface RouteDocument {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  readonly input?: Bone<unknown, unknown> | undefined;
  readonly output?: Bone<unknown, unknown> | undefined;
  /** Shapes of the parts of the request that have one of their own. */
  readonly parts?: Readonly<Partial<Record<'params' | 'query' | 'headers' | 'cookies', Bone<unknown, unknown>>>>;
  readonly status?: number;
  /** Content type of a successful response. Default `application/json`. */
  readonly contentType?: string;
  /** Content types that the client may choose from; wins over `contentType`. */
  readonly outputTypes?: readonly string[];
  /** Content types of the body of the request. Default `application/json`. */
  readonly bodyTypes?: readonly string[];
  readonly takesBody?: boolean;
  /** Parameters beside those that the Bones tell of, as the document has them. */
  readonly parameters?: readonly Readonly<Record<string, unknown>>[];
  /** Statuses that the route itself may answer with, beside success, and what they mean. */
  readonly problems?: Readonly<Record<number, string>>;
  readonly security?: SecurityScheme | undefined;
}

/** One method and path, and what answers it. */
export interface Route {
  readonly method: string;
  readonly path: string;
  handle(exchange: Exchange): void | Promise<void>;
  /** Run in order before the handler. */
  readonly before?: readonly Hook[];
  /** Which other origins may call it. Default: the server's. */
  readonly cors?: Cors | undefined;
  /** Absent: the route stays out of the API document. */
  readonly document?: RouteDocument;
  /** Where it was declared: file, line and column. */
  readonly place?: string | undefined;
}

/** HTTP binding: what `Lung.attach` takes. Made by {@link endpoint}, {@link events}, {@link files} and {@link page}. */
export interface HttpTendon {
  readonly kind: 'http';
  /** Name of the operation behind it, or what it serves. */
  readonly target: string;
  readonly routes: readonly Route[];
  readonly shape?: ShapeReference;
}
