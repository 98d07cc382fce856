import { Context, contextFromHeaders, type HeaderSource } from '@organism/cell';
import type { Exchange } from './exchange.ts';

/** The context of a request that brings no headers for it. Its signal is made when somebody reads it, as it is costly. */
class RequestContext extends Context {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    super({ clock: exchange.scope.clock, entropy: exchange.scope.entropy });
    this.#exchange = exchange;
  }

  override get signal(): AbortSignal {
    return this.#exchange.signal;
  }

  override get correlationId(): string {
    return this.#exchange.id;
  }

  override throwIfDone(): void {
    if (this.#exchange.left) super.throwIfDone();
  }
}

const carried = ['traceparent', 'x-correlation-id', 'x-causation-id', 'x-timeout-ms'] as const;

const carriesAny = (exchange: Exchange): boolean => {
  for (const name of carried) if (exchange.header(name) !== undefined) return true;
  return false;
};

/** The unit of work of a request: trace, correlation and deadline from its headers. */
export const requestContext = (exchange: Exchange, headers: HeaderSource): Context => {
  const { clock, entropy, trusted } = exchange.scope;
  if (!trusted && !carriesAny(exchange)) return new RequestContext(exchange);
  return contextFromHeaders(
    headers,
    { clock, entropy, signal: exchange.signal, correlationId: exchange.id },
    { trusted },
  );
};
