import { OptionError, type OrganismError, toOrganismError } from '@organism/cell';
import type { Cors } from './cors.ts';
import { HttpError } from './errors.ts';
import type { Exchange } from './exchange/exchange.ts';
import { type AfterHook, compileHooks, type Hook, type Outcome } from './hooks.ts';
import type { HttpTendon, Route } from './route.ts';
import { Router } from './router/router.ts';

/** Options of {@link Alveoli}. */
export interface AlveoliOptions {
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
 * {@link toFetchHandler} gives it to an edge runtime.
 */
export class Alveoli {
  readonly #router = new Router<Route>();
  readonly #tendons: HttpTendon[] = [];
  readonly #options: AlveoliOptions;
  // One for all: scanners ask for thousands of paths, and taking a stack for each was a third of the answer's time.
  readonly #notFound: HttpError = HttpError.notFound();
  /** How many requests failed. */
  errors = 0;

  /** @throws {OptionError} `CELL_BAD_OPTION` for an `altSvc` that would break the header. */
  constructor(options: AlveoliOptions = {}) {
    const { altSvc } = options;
    if (altSvc !== undefined && !/^[\x20-\x7e]+$/.test(altSvc))
      throw new OptionError('altSvc', 'the value of an alt-svc header', altSvc);
    this.#options = options;
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
        const cors = route.cors ?? this.#options.cors;
        if (cors !== undefined) cors.apply(exchange);
        const done = route.handle(exchange);
        if (done !== undefined) {
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
    if (found.kind === 'found') {
      exchange.params = found.params;
      return found.value;
    }
    if (found.kind === 'none') return this.#none(exchange);
    this.#answerOther(exchange, found.allow);
    return undefined;
  }

  #none(exchange: Exchange): undefined {
    this.#refuse(this.#notFound, exchange);
  }

  #answerOther(exchange: Exchange, methods: readonly string[]): void {
    const known = new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']);
    const allow = [...known].join(', ');
    if (exchange.method === 'OPTIONS') {
      const asked = exchange.header('access-control-request-method');
      const cors = asked === undefined ? undefined : this.#corsOf(exchange.path, asked);
      if (cors === undefined) exchange.reply(204, { allow });
      else cors.preflight(exchange, [...known]);
      return;
    }
    this.errors += 1;
    const error = new HttpError('RESPIRATORY_METHOD_NOT_ALLOWED', `This resource answers ${allow}.`);
    exchange.sendProblem(error, { allow, ...unreadHeaders(exchange) });
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

  #refuse(error: OrganismError, exchange: Exchange): void {
    if (exchange.left) return;
    this.errors += 1;
    if (error.status >= 500) this.#report(error, exchange);
    if (exchange.answered) {
      exchange.destroy();
      return;
    }
    const { retryAfterMs } = error as { readonly retryAfterMs?: unknown };
    exchange.sendProblem(error, {
      ...(typeof retryAfterMs === 'number' && { 'retry-after': Math.max(1, Math.ceil(retryAfterMs / 1000)) }),
      ...unreadHeaders(exchange),
    });
  }
}

/** What is left of a body that was refused must not be taken for the next request. */
const unreadHeaders = (exchange: Exchange): { readonly connection?: string } =>
  exchange.drained ? {} : { connection: 'close' };
