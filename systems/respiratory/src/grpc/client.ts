import {
  type ChannelCredentials,
  Client,
  type ClientReadableStream,
  credentials as channelCredentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { Context, contextToHeaders, DeadlineError, type OrganismError, systemClock } from '@organism/cell';
import type { Muscle } from '@organism/muscular';
import type { Bone, Immutable } from '@organism/skeletal';
import { problemError } from '../client/remote-error.ts';
import { reasonOf } from '../reason.ts';
import { type Carrier, carrierOf, pathOf, type ServiceName } from './methods.ts';
import { problemOfStatus } from './problem.ts';

/** Options of a {@link GrpcClient}. */
export interface GrpcClientOptions extends ServiceName {
  /** Host and port. */
  readonly address: string;
  /** Default: without TLS. */
  readonly credentials?: ChannelCredentials;
  /** Sent with every call: who asks, say. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** How long a call may take, in milliseconds, where its context has no nearer deadline. Default 30 000. */
  readonly timeoutMs?: number;
  /** Largest answer, in bytes. Default 16 MiB. */
  readonly maxMessageBytes?: number;
}

/** How to make one call. */
export interface GrpcCallOptions {
  readonly signal?: AbortSignal;
  /** Default: the current one, if any. */
  readonly context?: Context;
}

/** A sequence on a server, as its client knows it. */
export interface RemoteFeed<In, Out> {
  readonly name: string;
  readonly input?: Bone<In, In>;
  readonly output?: Bone<Out, Out>;
}

const raw = (bytes: Buffer): Buffer => bytes;

interface Outgoing {
  readonly path: string;
  readonly bytes: Buffer;
  readonly metadata: Metadata;
  readonly deadline: number;
  readonly signals: readonly AbortSignal[];
}

/**
 * gRPC client: calls operations by their own declarations. What comes back is checked against the Bone; what the operation
 * threw is thrown here, with the same code, status and extensions.
 */
export class GrpcClient implements AsyncDisposable {
  readonly #options: GrpcClientOptions;
  readonly #client: Client;
  readonly #carriers = new WeakMap<object, Carrier>();

  constructor(options: GrpcClientOptions) {
    this.#options = options;
    const { address, credentials, maxMessageBytes = 16 * 2 ** 20 } = options;
    this.#client = new Client(address, credentials ?? channelCredentials.createInsecure(), {
      'grpc.max_receive_message_length': maxMessageBytes,
    });
  }

  #carrier(bone: Bone<unknown, unknown> | undefined): Carrier {
    if (bone === undefined) return carrierOf(undefined);
    const known = this.#carriers.get(bone);
    if (known !== undefined) return known;
    const made = carrierOf(bone);
    this.#carriers.set(bone, made);
    return made;
  }

  #outgoing(
    name: string,
    bone: Bone<unknown, unknown> | undefined,
    input: unknown,
    options: GrpcCallOptions,
  ): Outgoing {
    const { context = Context.current(), signal } = options;
    context?.throwIfDone();
    const { metadata: own = {}, timeoutMs = 30_000 } = this.#options;
    const metadata = new Metadata();
    const { clock = systemClock } = context ?? {};
    const carried = context === undefined ? {} : contextToHeaders(context);
    for (const [header, value] of Object.entries({ ...carried, ...own })) metadata.set(header, value);
    return {
      path: pathOf(this.#options, name),
      bytes: this.#carrier(bone).encode(input),
      metadata,
      deadline: Math.min(clock.now() + timeoutMs, context?.deadline ?? Infinity),
      signals: [signal, context?.signal].filter((one) => one !== undefined),
    };
  }

  /**
   * Executes an operation on the server.
   *
   * @throws {RemoteError | ValidationError} what the operation threw; {@link DeadlineError}, {@link CancelledError} when
   *   this side gave up.
   */
  async call<In, Out>(
    operation: Pick<Muscle<In, Out>, 'name' | 'input' | 'output' | 'takes'>,
    input: In,
    options: GrpcCallOptions = {},
  ): Promise<Immutable<Out>> {
    const { path, bytes, metadata, deadline, signals } = this.#outgoing(
      operation.name,
      operation.input,
      input,
      options,
    );
    const answer = await new Promise<Buffer>((resolve, reject) => {
      const end = (): void => signals.forEach((signal) => signal.removeEventListener('abort', cancel));
      const call = this.#client.makeUnaryRequest(path, raw, raw, bytes, metadata, { deadline }, (error, value) => {
        end();
        if (error === null && value !== undefined) resolve(value);
        else reject(this.#errorOf(path, error, signals));
      });
      const cancel = (): void => call.cancel();
      for (const signal of signals) {
        signal.addEventListener('abort', cancel, { once: true });
        if (signal.aborted) cancel();
      }
    });
    const value = this.#carrier(operation.output).decode(answer);
    return (operation.output === undefined ? value : operation.output.parse(value)) as Immutable<Out>;
  }

  /** Listens to a sequence on the server; leaving the loop ends it there. Throws as {@link GrpcClient.call}. */
  async *listen<In, Out>(
    feed: RemoteFeed<In, Out>,
    input: In,
    options: GrpcCallOptions = {},
  ): AsyncGenerator<Immutable<Out>> {
    const bones = feed as RemoteFeed<never, never> as {
      readonly input?: Bone<unknown, unknown>;
      readonly output?: Bone<unknown, unknown>;
    };
    const { path, bytes, metadata, deadline, signals } = this.#outgoing(feed.name, bones.input, input, options);
    // A sequence has no end in sight: only a deadline of the caller's own bounds it.
    const bound = (options.context ?? Context.current())?.deadline;
    const call: ClientReadableStream<Buffer> = this.#client.makeServerStreamRequest(
      path,
      raw,
      raw,
      bytes,
      metadata,
      bound === undefined ? {} : { deadline },
    );
    const cancel = (): void => call.cancel();
    for (const signal of signals) signal.addEventListener('abort', cancel, { once: true });
    try {
      for await (const chunk of call) {
        const value = this.#carrier(bones.output).decode(chunk as Buffer);
        yield (bones.output === undefined ? value : bones.output.parse(value)) as Immutable<Out>;
      }
    } catch (error) {
      throw typeof (error as ServiceError).code === 'number'
        ? this.#errorOf(path, error as ServiceError, signals)
        : error;
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', cancel);
      call.on('error', () => {});
      call.cancel();
    }
  }

  #errorOf(path: string, error: ServiceError | null, signals: readonly AbortSignal[]): Error {
    const aborted = signals.find((signal) => signal.aborted);
    if (aborted !== undefined) return reasonOf(aborted);
    const hasProblem = (error?.metadata.get('problem-bin').length ?? 0) > 0;
    if (error?.code === status.DEADLINE_EXCEEDED && !hasProblem) return new DeadlineError();
    const place = { method: 'GRPC', origin: this.#options.address, path };
    return error === null
      ? new DeadlineError(`${path} gave no answer.`)
      : (problemError(place, problemOfStatus(error)) satisfies OrganismError);
  }

  /** Closes the connection; calls under way are cancelled. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
  }
}
