import { AsyncLocalStorage } from 'node:async_hooks';

/** A span, as small as one can be that tells when something was done, in what, and how it ended. */
export class RecordedSpan {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly parent: RecordedSpan | undefined;
  readonly startedMs: number = performance.now();
  endedMs = 0;
  status = 0;

  constructor(name: string, attributes: RecordedSpan['attributes'] = {}) {
    this.name = name;
    this.attributes = attributes;
    this.parent = active.getStore();
  }

  setStatus({ code }: { readonly code: number }): void {
    this.status = code;
  }

  recordException(): void {
    this.status = 2;
  }

  end(): void {
    this.endedMs = performance.now();
    batch.push(this);
    if (batch.length === batchSize) batch.length = 0;
  }
}

const batchSize = 512;
/** What an exporter would send from time to time. */
const batch: RecordedSpan[] = [];

/** The span of the work under way. */
export const active: AsyncLocalStorage<RecordedSpan> = new AsyncLocalStorage();

/** A tracer in the manner of OpenTelemetry's, the same for all. */
export const tracer = {
  startActiveSpan: <R>(
    name: string,
    options: { readonly attributes?: RecordedSpan['attributes'] },
    run: (span: RecordedSpan) => R,
  ): R => {
    const span = new RecordedSpan(name, options.attributes);
    return active.run(span, run, span);
  },
};

/** A span around what a middleware goes on to, for servers that have no tracing of their own. */
export const inSpan = <T>(next: () => Promise<T> | T): Promise<T> =>
  tracer.startActiveSpan('GET /hello', { attributes: { 'http.route': '/hello' } }, async (span) => {
    try {
      return await next();
    } finally {
      span.end();
    }
  });
