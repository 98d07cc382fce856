import type { CompressionOptions } from '../compression.ts';
import type { Cors } from '../cors.ts';
import type { Guard } from '../guard.ts';
import type { LimitOptions } from '../limit.ts';
import type { Hook } from '../hooks.ts';
import type { Format } from './format.ts';
import type { PartBones, Parts } from './parts.ts';

/** What an endpoint tells the API document. */
export interface EndpointDocument {
  /** One line. Default: the operation's description. */
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
}

/** Options of an {@link endpoint}. */
export interface EndpointOptions<
  In = unknown,
  Params = unknown,
  Query = unknown,
  RequestHeaders = unknown,
  Cookies = unknown,
>
  extends EndpointDocument, PartBones<Params, Query, RequestHeaders, Cookies> {
  /** Status of a successful response that has content. Default 200. */
  readonly status?: number;
  /** Largest body, in bytes. Default: the server's. */
  readonly maxBodyBytes?: number;
  /** Makes the operation's input of the parts of the request. Default: all joined, see {@link endpoint}. */
  readonly toInput?: (parts: Parts<Params, Query, RequestHeaders, Cookies>) => In;
  /** What the client may choose from by `accept`, the favourite first. Default: JSON. */
  readonly formats?: readonly Format[];
  /** Who may use it. */
  readonly guard?: Guard;
  /** How often. */
  readonly limit?: LimitOptions;
  /** Which other origins may. Default: the server's. */
  readonly cors?: Cors;
  /** Run in order after guard and limit. */
  readonly before?: readonly Hook[];
  /** `cache-control` of a successful response. */
  readonly cacheControl?: string;
  /** Tag successful responses to GET by their content, and answer 304 to who has it. Default false. */
  readonly etag?: boolean;
  /** Compress responses of 1 KiB and more. Default false, as a proxy in front often does it already. */
  readonly compress?: boolean | CompressionOptions;
}
