import { type OrganismError, toOrganismError } from '@organism/cell';
import type { Cors } from './cors.ts';
import { HttpError } from './errors.ts';
import type { Exchange, ResponseHeaders } from './exchange/exchange.ts';
import { type AfterHook, compileHooks, type Hook, type Outcome } from './hooks.ts';
import type { HttpTendon, Route } from './route.ts';
import { Router } from './router/router.ts';

/** Options of {@link Alveoli}. */
export interface AlveoliOptions {
  /** Endpoints and other bindings; a server takes more by `attach`. */
  readonly endpoints?: readonly HttpTendon[];
  /** Which other origins may call, for routes that don't say. Default: none. */
  readonly cors?: Cors | undefined;
  /** Send the id of each request back as `x-request-id`. Default false. */
  readonly requestIds?: boolean;
  /** Send `server-timing` with the time from the request's head to the response's. Default false. */
  readonly serverTiming?: boolean;
  /**
   * The `alt-svc` header of every response: where else the same is served, as HTTP/3 by a proxy in front, say
   * `h3=":443"; ma=86400`. Default: none. @see RFC 7838
   */
  readonly altSvc?: string;
  /** Run in order before each route that was attached, and before the route's own. Not before health and the like. */
  readonly before?: readonly Hook[];
  /** Told of every request when it has ended, those included that no route was found for. For logs and metrics. */
  readonly after?: readonly AfterHook[];
  /** Gets errors of status 500 and more, which a client sees only the title of. */
  readonly onError?: (error: OrganismError, exchange: Exchange) => void;
}

const report = (error: OrganismError, exchange: Exchange): void =>
  console.error(`${exchange.method} ${exchange.path} failed:`, error);

/**
 * Endpoints and what finds and runs them: the part of a server that is the same on every host. A {@link Lung} has one;
 * {@link fetchHandler} gives it to an edge runtime.
 */
export class Alveoli {
  readonly #router = new Router<Route>();
  readonly #tendons: HttpTendon[] = [];
  readonly #options: AlveoliOptions;
  // One for all: scanners ask for thousands of paths, and taking a stack for each was a third of the answer's time.
  readonly #notFound: HttpError = HttpError.notFound();
  /** How many requests failed. */
  errors = 0;

  /** @throws {HttpError} `RESPIRATORY_ROUTE_CONFLICT` */
  constructor(options: AlveoliOptions = {}) {
    this.#options = options;
    for (const tendon of options.endpoints ?? []) this.attach(tendon);
  }

  /** What has been attached, in order. */
  get tendons(): readonly HttpTendon[] {
    return this.#tendons;
  }

  /**
   * Adds a route that is neither drawn nor documented, and that the hooks of all don't run before.
   *
   * @throws {HttpError} `RESPIRATORY_ROUTE_CONFLICT`
   */
  addRoute(route: Route): void {
    this.#add(route, route.before ?? []);
  }

  #add(route: Route, hooks: readonly Hook[]): void {
    const handle = compileHooks(hooks, (exchange) => route.handle(exchange));
    this.#router.add(route.method, route.path, hooks.length === 0 ? route : { ...route, handle }, route.place);
  }

  /** Adds a binding. @throws {HttpError} `RESPIRATORY_ROUTE_CONFLICT` when another route matches the same requests. */
  attach(tendon: HttpTendon): void {
    const { before = [] } = this.#options;
    for (const route of tendon.routes) this.#add(route, [...before, ...(route.before ?? [])]);
    this.#tendons.push(tendon);
  }

  /**
   * Answers a request, now or later; never throws. No async function, as one with a loop and a `finally` took 1 KB of
   * memory for each request (benchmark respiratory.http).
   *
   * @param inside False: the request is for another than these routes, and gets 404.
   */
  answer(exchange: Exchange, inside = true): void {
    const { requestIds, serverTiming, altSvc, after } = this.#options;
    const { clock } = exchange.scope;
    const started = serverTiming === true || after !== undefined ? clock.monotonic() : 0;
    if (altSvc !== undefined) exchange.setHeader('alt-svc', altSvc);
    if (requestIds === true) exchange.setHeader('x-request-id', exchange.id);
    if (serverTiming === true) exchange.onReply = () => exchange.timing('total', clock.monotonic() - started);
    try {
      const route = inside ? this.#find(exchange) : this.#none(exchange);
      if (route !== undefined) {
        (route.cors ?? this.#options.cors)?.apply(exchange);
        const done = route.handle(exchange);
        if (typeof done?.then === 'function') {
          done.then(
            () => this.#end(exchange, started),
            (error: unknown) => this.#fail(error, exchange, started),
          );
          return;
        }
      }
    } catch (error) {
      this.#fail(error, exchange, started);
      return;
    }
    this.#end(exchange, started);
  }

  #find(exchange: Exchange): Route | undefined {
    const { method, path } = exchange;
    let found = this.#router.find(method, path);
    // A GET answers HEAD too, unless the path has a HEAD of its own.
    if (method === 'HEAD' && found.kind !== 'found') found = this.#router.find('GET', path);
    if (found.kind === 'none') return this.#none(exchange);
    const allow = found.kind === 'method' ? allowed(found.allow) : [];
    if (method === 'OPTIONS' && this.#answerPreflight(exchange, allow)) return undefined;
    if (found.kind === 'method') return this.#refuseMethod(exchange, allow);
    exchange.params = found.params;
    return found.value;
  }

  // What a page of another origin is refused, it is to read as any other.
  #none(exchange: Exchange): undefined {
    this.#options.cors?.apply(exchange);
    this.#refuse(this.#notFound, exchange);
  }

  /** What a browser asks before a call, also where a route answers OPTIONS itself, as that for uploads does. */
  #answerPreflight(exchange: Exchange, allow: readonly string[]): boolean {
    const asked = exchange.header('access-control-request-method');
    const cors = asked && this.#corsOf(exchange.path, asked);
    if (cors) cors.preflight(exchange, allow.length > 0 ? allow : [asked]);
    else if (allow.length > 0) exchange.reply(204, { allow: allow.join(', ') });
    return exchange.answered;
  }

  #refuseMethod(exchange: Exchange, methods: readonly string[]): undefined {
    const allow = methods.join(', ');
    this.#corsOf(exchange.path, methods[0] ?? '')?.apply(exchange);
    const error = new HttpError('RESPIRATORY_METHOD_NOT_ALLOWED', `This resource answers ${allow}.`);
    this.#refuse(error, exchange, { allow });
  }

  #corsOf(path: string, method: string): Cors | undefined {
    const found = this.#router.find(method === 'HEAD' ? 'GET' : method, path);
    return (found.kind === 'found' ? found.value.cors : undefined) ?? this.#options.cors;
  }

  #fail(thrown: unknown, exchange: Exchange, started: number): void {
    this.#refuse(toOrganismError(thrown), exchange);
    this.#end(exchange, started);
  }

  #end(exchange: Exchange, started: number): void {
    const { after } = this.#options;
    if (after !== undefined) {
      const { status, scope } = exchange;
      const outcome = { status, durationMs: scope.clock.monotonic() - started };
      for (const hook of after) void this.#tell(hook, exchange, outcome);
    }
    exchange.end();
  }

  async #tell(hook: AfterHook, exchange: Exchange, outcome: Outcome): Promise<void> {
    try {
      await hook(exchange, outcome);
    } catch (error) {
      this.#report(toOrganismError(error), exchange);
    }
  }

  #report(error: OrganismError, exchange: Exchange): void {
    try {
      (this.#options.onError ?? report)(error, exchange);
    } catch {
      // Whoever listens to failures must not add one.
    }
  }

  #refuse(error: OrganismError, exchange: Exchange, headers: ResponseHeaders = {}): void {
    if (exchange.left) return;
    this.errors += 1;
    if (error.status >= 500) this.#report(error, exchange);
    if (exchange.answered) {
      exchange.destroy();
      return;
    }
    const { retryAfterMs } = error as { readonly retryAfterMs?: unknown };
    // What is left of a body that was refused must not be taken for the next request.
    const closing = exchange.drained ? {} : { connection: 'close' };
    try {
      exchange.sendProblem(error, {
        ...headers,
        ...(typeof retryAfterMs === 'number' && { 'retry-after': Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
        ...closing,
      });
    } catch (cause) {
      // What goes along can't be sent, a header with a line end say, and must not end the process.
      const other = toOrganismError(cause);
      this.#report(other, exchange);
      exchange.extraHeaders = undefined;
      exchange.sendProblem(other, closing);
    }
  }
}

/** The methods of a path, with those that are answered by themselves. */
const allowed = (methods: readonly string[]): readonly string[] => {
  const all = new Set(methods);
  if (all.has('GET')) all.add('HEAD');
  return [...all.add('OPTIONS')];
};
