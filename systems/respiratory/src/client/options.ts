import type { Context } from '@organism/cell';
import type { Issue } from '@organism/skeletal';
import type { ParamNames, ParamValue, Query } from './url.ts';

/** What a client needs of a Bone to check and type an answer. */
export interface OutputShape<T> {
  readonly name: string;
  safeParse(
    value: unknown,
  ): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };
}

/** What a client needs of a Bone to check and write a request's JSON. */
export interface InputShape<In> {
  readonly name: string;
  encode(value: In): unknown;
  safeParse(value: unknown): { readonly ok: true } | { readonly ok: false; readonly issues: readonly Issue[] };
}

/** Content of a request that is not JSON. A function makes a stream anew for each attempt, so that it may be repeated. */
export type RequestBody =
  | string
  | Uint8Array
  | URLSearchParams
  | FormData
  | Blob
  | AsyncIterable<Uint8Array>
  | (() => AsyncIterable<Uint8Array>);

/** How far an upload or a download has come. */
export interface Progress {
  /** Bytes so far. */
  readonly bytes: number;
  /** Bytes in all, if that is known. */
  readonly total: number | undefined;
}

/** What can be said of one call. */
export interface CallOptions<T = unknown, In = unknown> {
  /** Values of `:name` segments (percent-encoded) and of a final `*name` (its slashes stay). */
  readonly params?: Readonly<Record<string, ParamValue>>;
  readonly query?: Query | undefined;
  /** Beside the client's own; these win. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Content, sent as JSON. */
  readonly json?: In | undefined;
  /** The Bone of `json`: writes it, and checks it before it is sent. */
  readonly input?: InputShape<In> | undefined;
  /** Content that is not JSON. */
  readonly body?: RequestBody | undefined;
  /** Bytes of a streamed body, so that they are announced. */
  readonly contentLength?: number | undefined;
  /** The Bone of the answer. */
  readonly output?: OutputShape<T> | undefined;
  /** Deadline, signal and trace of the call. Default: the context of the running unit of work, if there is one. */
  readonly context?: Context | undefined;
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take with all its attempts, in milliseconds. Default: the client's. */
  readonly timeoutMs?: number | undefined;
  /** Sent as `Idempotency-Key`, the same at each attempt, so that a POST may be repeated; true makes one up. */
  readonly idempotencyKey?: string | boolean | undefined;
  /** Most bytes of the answer. Default: the client's. */
  readonly maxBytes?: number | undefined;
  /** Told as the content leaves; bytes count from 0 again with each attempt. */
  readonly onUpload?: ((progress: Progress) => void) | undefined;
}

/** {@link CallOptions} whose parameters are those of the path. */
export type OptionsFor<P extends string, T, In> = Omit<CallOptions<T, In>, 'params'> &
  ([ParamNames<P>] extends [never]
    ? { readonly params?: Readonly<Record<string, ParamValue>> }
    : { readonly params: Readonly<Record<ParamNames<P>, ParamValue>> });

/** The last argument of a call: needed where the path has parameters. */
export type Rest<P extends string, T, In> = [ParamNames<P>] extends [never]
  ? [options?: OptionsFor<P, T, In>]
  : [options: OptionsFor<P, T, In>];
