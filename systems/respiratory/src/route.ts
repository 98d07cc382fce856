import type { ShapeReference } from '@organism/cell';
import type { Bone } from '@organism/skeletal';
import type { Exchange } from './exchange.ts';

/** What a route tells the API document of itself. */
export interface RouteDocument {
  readonly operationId?: string;
  readonly summary?: string;
  readonly input?: Bone<unknown, unknown> | undefined;
  readonly output?: Bone<unknown, unknown> | undefined;
  readonly status?: number;
  /** Content type of a successful response. Default `application/json`. */
  readonly contentType?: string;
  readonly takesBody?: boolean;
}

/** One method and path, and what answers it. */
export interface Route {
  readonly method: string;
  readonly path: string;
  handle(exchange: Exchange): void | Promise<void>;
  /** Absent: the route stays out of the API document. */
  readonly document?: RouteDocument;
}

/** HTTP binding: what `Lung.attach` takes. Made by {@link endpoint}, {@link events}, {@link files} and {@link page}. */
export interface HttpTendon {
  readonly kind: 'http';
  /** Name of the operation behind it, or what it serves. */
  readonly target: string;
  readonly routes: readonly Route[];
  readonly shape?: ShapeReference;
}
