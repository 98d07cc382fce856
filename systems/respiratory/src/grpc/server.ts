import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import {
  type Anatomy,
  Cell,
  type CellOptions,
  type Context,
  contextFromHeaders,
  OptionError,
  type OrganismError,
  type Principal,
  type StartScope,
  type StopScope,
  toOrganismError,
} from '@organism/cell';
import { type AnyMuscle, callMuscle, type Feed, openFeed } from '../bronchi/muscles.ts';
import { HttpError } from '../errors.ts';
import type { Guard } from '../guard.ts';
import { type Carrier, carrierOf, methodName, methodsOf, pathOf, type ServiceName } from './methods.ts';
import { toStatus } from './problem.ts';

/** Options of a {@link GrpcBronchus}. */
export interface GrpcOptions extends ServiceName, Partial<Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'>> {
  readonly muscles: readonly AnyMuscle[];
  /** Sequences of values, as server streams, by name. */
  readonly feeds?: Readonly<Record<string, Feed>>;
  /** 0 takes a free one. Default 50051. */
  readonly port?: number;
  /** Address to listen on. Default `127.0.0.1`: only this machine. */
  readonly host?: string;
  /** Default: without TLS, for behind a proxy. */
  readonly credentials?: ServerCredentials;
  /** Largest message, in bytes. Default 1 MiB. */
  readonly maxMessageBytes?: number;
  /** Who may call. */
  readonly guard?: Guard;
  /** Believe principal and tenant in the metadata. Only behind a gateway of your own. Default false. */
  readonly trusted?: boolean;
  /** Gets errors of status 500 and more, which a client sees only the title of. Default: to the console. */
  readonly onError?: (error: OrganismError, operation: string) => void;
}

type Call = ServerUnaryCall<Buffer, Buffer> | ServerWritableStream<Buffer, Buffer>;

const raw = (bytes: Buffer): Buffer => bytes;
const report = (error: OrganismError, operation: string): void => console.error(`gRPC ${operation} failed:`, error);

/** Metadata as headers; binary ones are left out. */
const headersOf = (metadata: Metadata): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata.getMap()).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

/**
 * gRPC server: offers operations as unary methods and feeds as server streams, with messages made of their Bones. Errors
 * carry the problem document that REST would send, in the trailer `problem-bin`. Deadlines and cancellation reach the
 * operation.
 *
 * @throws {NotMappableError} naming the part of a Bone that Protocol Buffers have no form for.
 * @see https://grpc.io/docs/what-is-grpc/core-concepts/
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle } from '@organism/muscular';
 * import { GrpcBronchus, GrpcClient } from '@organism/respiratory/grpc';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Pair = new Bone('pair', z.object({ a: z.number(), b: z.number() }));
 * const Sum = new Bone('sum', z.object({ sum: z.number() }));
 * const add = new Muscle({ name: 'add', input: Pair, output: Sum, run: ({ a, b }) => ({ sum: a + b }) });
 *
 * await using server = await new GrpcBronchus({ port: 0, muscles: [add] }).start();
 * await using client = new GrpcClient({ address: server.address });
 * assert.deepEqual(await client.call(add, { a: 2, b: 3 }), { sum: 5 });
 * ```
 */
export class GrpcBronchus extends Cell {
  readonly #options: GrpcOptions;
  readonly #counts = { calls: 0, errors: 0, underWay: 0 };
  readonly #service: Readonly<Record<string, MethodDefinition<Buffer, Buffer>>>;
  readonly #handlers: Readonly<
    Record<string, handleUnaryCall<Buffer, Buffer> | handleServerStreamingCall<Buffer, Buffer>>
  >;
  #server: Server | undefined;
  #port: number | undefined;

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: GrpcOptions) {
    super({ name: 'grpc', ...options });
    this.#options = options;
    const { maxMessageBytes = 2 ** 20, muscles, feeds = {} } = options;
    if (!Number.isSafeInteger(maxMessageBytes) || maxMessageBytes < 1)
      throw new OptionError('maxMessageBytes', 'a whole number of 1 or more', maxMessageBytes);
    const service: Record<string, MethodDefinition<Buffer, Buffer>> = {};
    for (const { name, streams } of methodsOf(options))
      service[methodName(name)] = {
        path: pathOf(options, name),
        requestStream: false,
        responseStream: streams,
        // Bytes: what is wrong with them is answered with a problem, as everything else is.
        requestSerialize: raw,
        requestDeserialize: raw,
        responseSerialize: raw,
        responseDeserialize: raw,
      };
    this.#service = service;
    this.#handlers = Object.fromEntries([
      ...muscles.map((muscle) => [methodName(muscle.name), this.#unary(muscle)] as const),
      ...Object.entries(feeds).map(([name, feed]) => [methodName(name), this.#stream(name, feed)] as const),
    ]);
  }

  /** Where it listens: host and port. @throws {HttpError} while it does not. */
  get address(): string {
    if (this.#port === undefined) throw new HttpError('RESPIRATORY_CANNOT_LISTEN', 'The gRPC server is not running.');
    return `${this.#options.host ?? '127.0.0.1'}:${this.#port}`;
  }

  protected override async onStart({ defer }: StartScope): Promise<void> {
    const { port = 50_051, host = '127.0.0.1', credentials, maxMessageBytes = 2 ** 20 } = this.#options;
    const server = new Server({
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.max_send_message_length': -1,
    });
    server.addService(this.#service, this.#handlers);
    defer(() => server.forceShutdown());
    this.#port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${host}:${port}`, credentials ?? ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else
          reject(
            new HttpError('RESPIRATORY_CANNOT_LISTEN', `Can't listen on ${host}:${port}: ${error.message}`, {
              cause: error,
            }),
          );
      });
    });
    this.#server = server;
  }

  /** Takes no new calls, and lets those under way end, up to the deadline. */
  protected override async onStop({ signal }: StopScope): Promise<void> {
    const server = this.#server;
    this.#server = this.#port = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.tryShutdown(() => resolve());
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** The unit of work of a call: trace, correlation and deadline from its metadata; cancelled with the call. */
  async #contextOf(call: Call, name: string): Promise<Context> {
    const abort = new AbortController();
    call.on('cancelled', () => abort.abort());
    const headers = headersOf(call.metadata);
    const { clock, entropy } = this;
    const outer = contextFromHeaders(
      headers,
      { clock, entropy, signal: abort.signal },
      { trusted: this.#options.trusted === true },
    );
    const deadline = Number(call.getDeadline());
    const context = Number.isFinite(deadline) ? outer.child({ deadline }) : outer;
    const { guard } = this.#options;
    if (guard === undefined) return context;
    const principal: Principal | undefined = await guard.check({
      method: 'POST',
      path: pathOf(this.#options, name),
      params: {},
      context,
      header: (header) => headers[header],
    });
    if (principal === undefined)
      throw new HttpError('RESPIRATORY_UNAUTHENTICATED', 'This operation needs proof of who asks.');
    return context.child({ principal });
  }

  /** Runs the work of a call, and gives what a client is told when it fails. */
  async #serve(
    name: string,
    call: Call,
    work: (context: Context) => Promise<void>,
    fail: (error: ReturnType<typeof toStatus>) => void,
  ): Promise<void> {
    this.#counts.calls += 1;
    this.#counts.underWay += 1;
    try {
      const context = await this.#contextOf(call, name);
      await context.run(() => work(context));
    } catch (thrown) {
      const error = toOrganismError(thrown);
      this.#counts.errors += 1;
      if (error.status >= 500 && !call.cancelled) {
        try {
          (this.#options.onError ?? report)(error, name);
        } catch {
          // Whoever listens to failures must not add one.
        }
      }
      fail(toStatus(error));
    } finally {
      this.#counts.underWay -= 1;
    }
  }

  #unary(muscle: AnyMuscle): handleUnaryCall<Buffer, Buffer> {
    const [input, output] = carriersOf(muscle);
    return (call, callback) =>
      void this.#serve(
        muscle.name,
        call,
        async (context) => callback(null, output.encode(await callMuscle(muscle, read(input, call.request), context))),
        (status) => callback(status),
      );
  }

  #stream(name: string, feed: Feed): handleServerStreamingCall<Buffer, Buffer> {
    const [input, output] = carriersOf(feed);
    return (call) =>
      void this.#serve(
        name,
        call,
        async (context) => {
          for await (const value of openFeed(feed, read(input, call.request), context)) {
            context.throwIfDone();
            if (!call.write(output.encode(value))) await drained(call, context.signal);
          }
          call.end();
        },
        (status) => void call.emit('error', status),
      );
  }

  protected override onDescribe(): Partial<Anatomy> {
    return {
      ports: methodsOf(this.#options).map(({ name, input }) => ({
        name,
        direction: 'in',
        protocol: 'grpc',
        ...(input !== undefined && { shape: { name: input.name, version: input.version } }),
      })),
      counters: { ...this.#counts },
    };
  }
}

const carriersOf = ({ input, output }: Partial<Pick<AnyMuscle, 'input' | 'output'>>): readonly [Carrier, Carrier] => [
  carrierOf(input),
  carrierOf(output),
];

/** What a client sent. @throws {HttpError} status 400 for bytes that are no such message. */
const read = (input: Carrier, bytes: Buffer): unknown => {
  try {
    return input.decode(bytes);
  } catch (cause) {
    throw new HttpError('RESPIRATORY_BAD_REQUEST', `The request is no message ${input.messageName}.`, { cause });
  }
};

/** Resolves when the client has taken what was written, or has left. */
const drained = (call: ServerWritableStream<Buffer, Buffer>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    call.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
