import { type Anatomy, Cell, type Health, OptionError, sleep, type StartScope, type StopScope } from '@organism/cell';
import { Alveoli } from '../alveoli.ts';
import { type LungRole, reportToPrimary, roleOf, workerCount } from '../cluster/role.ts';
import { Primary } from '../cluster/primary.ts';
import type { Exchange, ServerScope } from '../exchange/exchange.ts';
import { answerRequest } from '../fetch/handler.ts';
import { type InjectOptions, toRequest } from '../fetch/inject.ts';
import { toOpenApi } from '../openapi/openapi.ts';
import type { HttpTendon } from '../route.ts';
import { type Limits, limitsOf, type LungOptions, type TlsOptions } from './options.ts';
import { LungServer } from './server.ts';

/**
 * HTTP server: serves operations as endpoints, with their API document at `/openapi.json`, health at `/health/live`
 * and `/health/ready`, and every error as a problem document.
 *
 * See {@link endpoint} for an example.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` that names the option.
 */
export class Lung extends Cell {
  readonly #options: LungOptions;
  readonly #limits: Limits;
  readonly #alveoli: Alveoli;
  #server: LungServer | undefined;
  #primary: Primary | undefined;
  /** What this process is, in a server with {@link LungOptions.workers}. */
  readonly role: LungRole;
  #stopping = new AbortController();
  #openApi: string | undefined;
  #injected = 0;

  constructor(options: LungOptions = {}) {
    super({ name: 'lung', ...options });
    this.#options = options;
    this.#limits = limitsOf(options);
    this.role = roleOf(options.workers);
    this.#alveoli = new Alveoli(options);
    this.#addOwnRoutes();
  }

  /** Makes a server and starts it. */
  static serve(options: LungOptions): Promise<Lung> {
    return new Lung(options).start();
  }

  #addOwnRoutes(): void {
    const add = (path: string, handle: (exchange: Exchange) => void | Promise<void>): void =>
      this.#alveoli.addRoute({ method: 'GET', path, handle, place: `the server's own` });
    add('/openapi.json', (exchange) => exchange.send(200, 'application/json', this.#document()));
    add('/health/live', (exchange) => sendHealth(exchange, { status: 'pass' }));
    add('/health/ready', async (exchange) => {
      const stopping = this.state === 'stopping';
      const health = stopping ? undefined : await (this.#options.ready ?? (() => this.health()))();
      sendHealth(exchange, health ?? { status: 'fail', output: 'stopping' });
    });
  }

  #document(): string {
    this.#openApi ??= JSON.stringify(this.openApi());
    return this.#openApi;
  }

  /** The API document as data. @see OpenAPI Specification 3.1.1 */
  openApi(): Readonly<Record<string, unknown>> {
    return toOpenApi(
      this.#alveoli.tendons.flatMap(({ routes }) => routes),
      this.#options.info ?? { title: this.name, version: '1.0.0' },
    );
  }

  /**
   * Adds an endpoint or another binding; also while the server runs.
   *
   * @throws {HttpError} `RESPIRATORY_ROUTE_CONFLICT` when another route matches the same requests.
   */
  attach(tendon: HttpTendon): this {
    this.#alveoli.attach(tendon);
    this.#openApi = undefined;
    return this;
  }

  /** The port in use; the one asked for until the server runs. */
  get port(): number {
    return this.#server?.port ?? this.#primary?.port ?? this.#options.port ?? 3000;
  }

  /** Where the server is, without a final slash. */
  get url(): string {
    const { host = '127.0.0.1' } = this.#options;
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
    return `${this.#options.tls === undefined ? 'http' : 'https'}://${name}:${this.port}`;
  }

  /**
   * Takes a new certificate, for connections to come, without a stop.
   *
   * @throws {OptionError} `CELL_BAD_OPTION` when the server was made without `tls`.
   */
  renewTls(tls: TlsOptions): void {
    if (this.#options.tls === undefined) throw new OptionError('tls', 'given when the server is made', undefined);
    this.#server?.renewTls(tls);
  }

  /**
   * Answers a request of the Fetch standard by the same routes, without a socket; also while the server does not run.
   * The request's signal says that the client has left.
   */
  fetch(request: Request): Promise<Response> {
    this.#injected += 1;
    return answerRequest(this.#alveoli, this.#scope(), request);
  }

  /**
   * Sends a request by name of its route, without a socket: for tests.
   *
   * @example
   * ```ts
   * import assert from 'node:assert/strict';
   * import { Lung, page } from '@organism/respiratory';
   *
   * const lung = new Lung({ endpoints: [page('GET /hello', () => 'hi')] });
   * const answer = await lung.inject('GET /hello');
   * assert.deepEqual([answer.status, await answer.text()], [200, 'hi']);
   * ```
   */
  inject(route: string, options: InjectOptions = {}): Promise<Response> {
    return this.fetch(toRequest(route, options));
  }

  #scope(): ServerScope {
    const { maxBodyBytes, stallTimeoutMs } = this.#limits;
    return {
      clock: this.clock,
      entropy: this.entropy,
      stopping: this.#stopping.signal,
      maxBodyBytes,
      stallTimeoutMs,
      trusted: this.#options.trusted === true,
      base: '',
    };
  }

  /**
   * Replaces the worker processes one after another, without a moment in which none serves.
   *
   * @throws {HttpError} `RESPIRATORY_WORKER_FAILED` when a new one does not come to serve; the old ones go on.
   */
  async restartWorkers(): Promise<void> {
    await this.#primary?.restart();
  }

  /** Process ids of the workers that serve; none but in the primary. */
  get workerPids(): readonly number[] {
    return this.#primary?.pids ?? [];
  }

  async #startWorkers(count: number, signal: AbortSignal): Promise<void> {
    const { workerTimeoutMs: timeoutMs = 30_000 } = this.#options;
    const { name: lung, clock, entropy } = this;
    this.#primary = new Primary({ lung, count, clock, entropy, startTimeoutMs: timeoutMs, stopTimeoutMs: timeoutMs });
    await this.#primary.start(signal);
  }

  protected override async onStart({ defer, signal }: StartScope): Promise<void> {
    this.#stopping = new AbortController();
    const { port = 3000, host = '127.0.0.1', workers, onWorkerStop = () => this.stop() } = this.#options;
    if (this.role === 'primary' && workers !== undefined) {
      defer(() => {
        this.#primary = undefined;
      });
      await this.#startWorkers(workerCount(workers), signal);
      return;
    }
    const { upgrades = [] } = this.#options;
    const serving = { alveoli: this.#alveoli, scope: this.#scope(), limits: this.#limits, upgrades };
    const server = new LungServer(serving, this.#options);
    await server.listen(port, host, this.#options);
    this.#server = server;
    defer(() => {
      this.#server = undefined;
    });
    if (this.role !== 'worker') return;
    const report = reportToPrimary(this.name, this.port, onWorkerStop);
    defer(() => report[Symbol.dispose]());
  }

  protected override onHealth(): Health | Promise<Health> {
    return this.#primary?.health() ?? super.onHealth();
  }

  protected override async onStop({ signal }: StopScope): Promise<void> {
    await this.#primary?.stop(signal);
    const server = this.#server;
    if (server === undefined) return;
    const { drainDelayMs } = this.#limits;
    // Readiness says 503 from the moment the state is `stopping`; meanwhile requests are answered as ever.
    if (drainDelayMs > 0) await sleep(this.clock, drainDelayMs, { signal }).catch(() => {});
    await server.close(signal, () => this.#stopping.abort());
  }

  protected override onDescribe(): Partial<Anatomy> {
    const ports = this.#alveoli.tendons.flatMap(({ routes, shape }) =>
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
    const requests = this.#injected + (this.#server?.requests ?? 0);
    const primary = this.#primary;
    const workers = primary && { workers: primary.pids.length, restarts: primary.restarts };
    return {
      ports,
      counters: { requests, errors: this.#alveoli.errors, open: this.#server?.open ?? 0, ...workers },
    };
  }
}

const sendHealth = (exchange: Exchange, health: Health): void =>
  exchange.send(health.status === 'fail' ? 503 : 200, 'application/health+json', JSON.stringify(health), {
    'cache-control': 'no-store',
  });
