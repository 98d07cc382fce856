import type { Context, Principal } from '@organism/cell';
import { HttpError } from './errors.ts';
import type { Hook } from './hooks.ts';

/** How clients prove who they are, for the API document. @see OpenAPI Specification 3.1.1, Security Scheme Object */
export interface SecurityScheme {
  readonly name: string;
  readonly scheme: Readonly<Record<string, unknown>>;
  readonly scopes?: readonly string[];
}

/** What a guard sees of a request. */
export interface GuardedRequest {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly context: Context;
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
}

/**
 * Guard port: decides who may use an endpoint. Whoever knows accounts fills it, and this package knows none.
 */
export interface Guard {
  /** For the API document. */
  readonly security?: SecurityScheme;
  /** What a client without proof is told to bring: the `www-authenticate` header. Default `Bearer`. */
  readonly challenge?: string;
  /**
   * Who asks. Undefined: nobody we know, answered by 401. Throw an error of status 403 for one who may not.
   * The principal becomes part of the context that the operation sees.
   */
  check(request: GuardedRequest): Principal | undefined | Promise<Principal | undefined>;
}

/** A guard as a hook. */
export const guarded =
  (guard: Guard): Hook =>
  async (exchange) => {
    const principal = await guard.check(exchange);
    if (principal === undefined) {
      exchange.setHeader('www-authenticate', guard.challenge ?? 'Bearer');
      throw new HttpError('RESPIRATORY_UNAUTHENTICATED', 'This resource needs proof of who asks.');
    }
    exchange.context = exchange.context.child({ principal });
  };
