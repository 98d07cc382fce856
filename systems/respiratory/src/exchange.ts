import {
  CancelledError,
  type Clock,
  type Context,
  contextFromHeaders,
  type Entropy,
  type OrganismError,
} from '@organism/cell';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PathParams } from './router.ts';

/** What the server lends each request. */
export interface ServerScope {
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Aborts when the server stops: long-lived responses end themselves. */
  readonly stopping: AbortSignal;
  /** Bodies larger than this are refused, in bytes. */
  readonly maxBodyBytes: number;
  /** Believe principal and tenant in headers. */
  readonly trusted: boolean;
}

/** One request and its response. Context and signal are made only when something looks at them. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly scope: ServerScope;
  /** The path as sent, without the query. */
  readonly path: string;
  /** The query as sent, without the question mark. */
  readonly search: string;
  params: PathParams = {};
  #context: Context | undefined;
  #signal: AbortSignal | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, scope: ServerScope) {
    this.request = request;
    this.response = response;
    this.scope = scope;
    // Proxies send the absolute form. @see RFC 9112 section 3.2.2
    const target = (request.url ?? '/').replace(/^https?:\/\/[^/?]*/i, '') || '/';
    const mark = target.indexOf('?');
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.search = mark < 0 ? '' : target.slice(mark + 1);
  }

  /** Method, with HEAD as GET: the same handler answers, and the body is left out. */
  get method(): string {
    const { method = 'GET' } = this.request;
    return method === 'HEAD' ? 'GET' : method;
  }

  /** Aborts when the client leaves before the response is complete. */
  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const controller = new AbortController();
      this.#signal = controller.signal;
      const leave = (): void => {
        if (!this.response.writableFinished) controller.abort(new CancelledError('The client went away.'));
      };
      if (this.response.destroyed) leave();
      else this.response.once('close', leave);
    }
    return this.#signal;
  }

  /** The unit of work: trace and deadline from the request's headers. */
  get context(): Context {
    const { clock, entropy, trusted } = this.scope;
    this.#context ??= contextFromHeaders(this.request.headers, { clock, entropy, signal: this.signal }, { trusted });
    return this.#context;
  }

  /** Releases what the context holds. */
  end(): void {
    this.#context?.[Symbol.dispose]();
  }

  /** Answers with a text. Does nothing when the response has begun or the client has left. */
  send(status: number, type: string, text: string, headers: Readonly<Record<string, string>> = {}): void {
    if (this.response.headersSent || this.response.destroyed) return;
    this.response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(text),
      'x-content-type-options': 'nosniff',
      ...headers,
    });
    this.response.end(this.request.method === 'HEAD' ? undefined : text);
  }

  /** Answers with JSON; `undefined` is 204, no content. */
  sendJson(status: number, value: unknown): void {
    if (value === undefined) {
      if (!this.response.headersSent) this.response.writeHead(204).end();
    } else this.send(status, 'application/json', JSON.stringify(value));
  }

  /** Answers with a problem document. @see RFC 9457 */
  sendProblem(error: OrganismError, headers: Readonly<Record<string, string>> = {}): void {
    const problem = JSON.stringify(error.toProblem({ instance: this.path }));
    this.send(error.status, 'application/problem+json', problem, {
      'cache-control': 'no-store',
      'x-correlation-id': this.context.correlationId,
      ...headers,
    });
  }
}
