import { messageOf } from '@organism/cell';

/** A span, as far as operations use it; that of `@opentelemetry/api` is one. */
export interface Span {
  setStatus(status: { code: number; message?: string }): unknown;
  recordException(exception: Error | string): void;
  end(): void;
}

/** What makes spans. The tracer of `@opentelemetry/api` fits as it is: `trace.getTracer('shop')`. */
export interface Tracer {
  /** Starts a span and makes it the current one while `run` runs; ending it is up to `run`. */
  startActiveSpan<R>(
    name: string,
    options: { attributes?: Record<string, string | number | boolean> },
    run: (span: Span) => R,
  ): R;
}

/** `SpanStatusCode.ERROR` of OpenTelemetry. @see https://opentelemetry.io/docs/specs/otel/trace/api/#set-status */
const failed = 2;

/** Runs work in a span of its own. */
export const inSpan = <T>(tracer: Tracer, name: string, work: () => PromiseLike<T>): Promise<T> =>
  tracer.startActiveSpan(name, { attributes: { 'organism.muscle': name } }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.recordException(error instanceof Error ? error : messageOf(error));
      span.setStatus({ code: failed, message: messageOf(error) });
      throw error;
    } finally {
      span.end();
    }
  });
