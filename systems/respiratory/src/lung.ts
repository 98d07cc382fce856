import {
  type Anatomy,
  Cell,
  type CellOptions,
  type Health,
  type OrganismError,
  type StartScope,
  type StopScope,
  toOrganismError,
} from '@organism/cell';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { HttpError } from './errors.ts';
import { Exchange, type ServerScope } from './exchange.ts';
import { type ApiInfo, toOpenApi } from './openapi.ts';
import type { HttpTendon, Route } from './route.ts';
import { Router } from './router.ts';

/** Options of a {@link Lung}. */
export interface LungOptions extends Partial<Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'>> {
  /** Default 3000; 0 takes a free one. */
  readonly port?: number;
  /** Address to listen on. Default `127.0.0.1`: only this machine. */
  readonly host?: string;
  /** Largest body, in bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Milliseconds a client may take to send its headers. Default 10 000. */
  readonly headersTimeoutMs?: number;
  /** Milliseconds a client may take to send a whole request. Default 30 000. */
  readonly requestTimeoutMs?: number;
  /** Title and version for the API document. */
  readonly info?: ApiInfo;
  /** How the application is, for `/health/ready`. Usually `() => body.health()`. Default: the server's own. */
  readonly ready?: () => Health | Promise<Health>;
  /** Believe principal and tenant in the headers of requests. Only behind a gateway of your own. Default false. */
  readonly trusted?: boolean;
  /** Gets errors of status 500 and more, which a client sees only the title of. Default: the console. */
  readonly onError?: (error: OrganismError, exchange: Exchange) => void;
  /** Endpoints and other bindings; more may be attached later. */
  readonly endpoints?: readonly HttpTendon[];
}

/**
 * HTTP server: serves operations as endpoints, with their API document at `/openapi.json`, health at `/health/live`
 * and `/health/ready`, and every error as a problem document.
 *
 * See {@link endpoint} for an example.
 */
export class Lung extends Cell {
  readonly #options: LungOptions;
  readonly #router = new Router<Route>();
  readonly #tendons: HttpTendon[] = [];
  #server: Server | undefined;
  #stopping = new AbortController();
  #openApi: string | undefined;
  readonly #open = new Set<ServerResponse>();
  readonly #sockets = new Set<Socket>();
  readonly #counters = { requests: 0, errors: 0 };

  constructor(options: LungOptions = {}) {
    super({ name: 'lung', ...options });
    this.#options = options;
    this.#addOwnRoutes();
    for (const tendon of options.endpoints ?? []) this.attach(tendon);
  }

  /** Makes a server and starts it. */
  static serve(options: LungOptions): Promise<Lung> {
    return new Lung(options).start();
  }

  #addOwnRoutes(): void {
    const json = (path: string, answer: (exchange: Exchange) => void | Promise<void>): void =>
      this.#router.add('GET', path, { method: 'GET', path, handle: answer });
    json('/openapi.json', (exchange) => exchange.send(200, 'application/json', this.#document()));
    json('/health/live', (exchange) => this.#sendHealth(exchange, { status: 'pass' }));
    json('/health/ready', async (exchange) => {
      const stopping = this.state === 'stopping';
      this.#sendHealth(
        exchange,
        stopping ? { status: 'fail', output: 'stopping' } : await (this.#options.ready ?? (() => this.health()))(),
      );
    });
  }

  #sendHealth(exchange: Exchange, health: Health): void {
    exchange.send(health.status === 'fail' ? 503 : 200, 'application/health+json', JSON.stringify(health), {
      'cache-control': 'no-store',
    });
  }

  #document(): string {
    this.#openApi ??= JSON.stringify(this.openApi());
    return this.#openApi;
  }

  /** The API document as data. @see OpenAPI Specification 3.1.1 */
  openApi(): Readonly<Record<string, unknown>> {
    return toOpenApi(
      this.#tendons.flatMap(({ routes }) => routes),
      this.#options.info ?? { title: this.name, version: '1.0.0' },
    );
  }

  /**
   * Adds an endpoint or another binding; also while the server runs.
   *
   * @throws {HttpError} `RESPIRATORY_ROUTE_CONFLICT` when another route matches the same requests.
   */
  attach(tendon: HttpTendon): this {
    for (const route of tendon.routes) this.#router.add(route.method, route.path, route);
    this.#tendons.push(tendon);
    this.#openApi = undefined;
    return this;
  }

  /** The port in use; the one asked for until the server runs. */
  get port(): number {
    const address = this.#server?.address() as AddressInfo | string | null | undefined;
    return typeof address === 'object' && address !== null ? address.port : (this.#options.port ?? 3000);
  }

  /** Where the server is, without a final slash. */
  get url(): string {
    const { host = '127.0.0.1' } = this.#options;
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
    return `http://${name}:${this.port}`;
  }

  protected override async onStart({ defer }: StartScope): Promise<void> {
    this.#stopping = new AbortController();
    const {
      headersTimeoutMs = 10_000,
      requestTimeoutMs = 30_000,
      maxBodyBytes = 2 ** 20,
      trusted = false,
    } = this.#options;
    const scope: ServerScope = {
      clock: this.clock,
      entropy: this.entropy,
      stopping: this.#stopping.signal,
      maxBodyBytes,
      trusted,
    };
    const server = createServer({
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(5000, headersTimeoutMs),
    });
    server.on('request', (request, response) => void this.#answer(request, response, scope));
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => refuse(error, socket));
    await this.#listen(server);
    this.#server = server;
    defer(() => {
      this.#server = undefined;
    });
  }

  #listen(server: Server): Promise<void> {
    const { port = 3000, host = '127.0.0.1' } = this.#options;
    return new Promise((resolve, reject) => {
      server.once('error', (cause: NodeJS.ErrnoException) => {
        const where = `${host}:${port}`;
        reject(
          cause.code === 'EADDRINUSE'
            ? new HttpError(
                'RESPIRATORY_PORT_IN_USE',
                `Port ${port} on ${host} is already in use. Stop what uses it, or choose another port.`,
                { cause },
              )
            : new HttpError('RESPIRATORY_CANNOT_LISTEN', `Can't listen on ${where}: ${cause.message}`, { cause }),
        );
      });
      server.listen(port, host, resolve);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse, scope: ServerScope): Promise<void> {
    this.#counters.requests += 1;
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
    if (this.state === 'stopping') closeAfter(response);
    const exchange = new Exchange(request, response, scope);
    try {
      const found = this.#router.find(exchange.method, exchange.path);
      if (found.kind === 'found') {
        exchange.params = found.params;
        await found.value.handle(exchange);
      } else this.#answerOther(exchange, found.kind === 'method' ? found.allow : undefined);
    } catch (error) {
      this.#fail(error, exchange);
    } finally {
      exchange.end();
    }
  }

  #answerOther(exchange: Exchange, methods: readonly string[] | undefined): void {
    if (methods === undefined) throw new HttpError('RESPIRATORY_NOT_FOUND', 'There is nothing here.');
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
    if (exchange.method === 'OPTIONS') exchange.response.writeHead(204, { allow }).end();
    else
      exchange.sendProblem(new HttpError('RESPIRATORY_METHOD_NOT_ALLOWED', `This resource answers ${allow}.`), {
        allow,
      });
  }

  #fail(thrown: unknown, exchange: Exchange): void {
    const error = toOrganismError(thrown);
    if (exchange.response.destroyed) return;
    this.#counters.errors += 1;
    if (error.status >= 500) (this.#options.onError ?? report)(error, exchange);
    if (exchange.response.headersSent) {
      exchange.response.destroy();
      return;
    }
    // What is left of a body that was refused must not be taken for the next request.
    const unread = !exchange.request.complete;
    exchange.sendProblem(error, unread ? { connection: 'close' } : {});
    if (unread) exchange.request.resume();
  }

  protected override async onStop({ signal }: StopScope): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const response of this.#open) closeAfter(response);
    this.#stopping.abort();
    // Node's own closeIdleConnections leaves those open that have not sent a request yet.
    const busy = new Set([...this.#open].map(({ req }) => req.socket));
    for (const socket of this.#sockets) if (!busy.has(socket)) socket.destroy();
    const cut = (): void => server.closeAllConnections();
    if (signal.aborted) cut();
    signal.addEventListener('abort', cut, { once: true });
    await closed;
  }

  protected override onDescribe(): Partial<Anatomy> {
    const ports = this.#tendons.flatMap(({ routes, shape }) =>
      routes.map(({ method, path, document }) => {
        const carried = shape ?? document?.input ?? document?.output;
        return {
          name: `${method} ${path}`,
          direction: 'in' as const,
          protocol: 'http',
          ...(carried && {
            shape: { name: carried.name, ...(carried.version !== undefined && { version: carried.version }) },
          }),
        };
      }),
    );
    return { ports, counters: { ...this.#counters, open: this.#open.size } };
  }
}

/** Lets a response end, and then its connection, which would otherwise idle on for the next request. */
const closeAfter = (response: ServerResponse): void => {
  response.shouldKeepAlive = false;
  response.once('finish', () => response.req.socket.destroySoon());
};

const report = (error: OrganismError, exchange: Exchange): void =>
  console.error(`${exchange.request.method} ${exchange.path} failed:`, error);

const refuse = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  const body = JSON.stringify({
    type: 'about:blank',
    title: status.slice(4),
    status: Number(status.slice(0, 3)),
    code: 'RESPIRATORY_BAD_REQUEST',
  });
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/problem+json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
};
