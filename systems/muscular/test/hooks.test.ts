import { OrganismError } from '@organism/cell';
import { Muscle, type Tracer } from '@organism/muscular';
import { Bone } from '@organism/skeletal';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Total = new Bone('total', z.object({ total: z.number().default(0) }));

describe('hooks', () => {
  it('are called around each execution whose input fits', async () => {
    const calls: unknown[] = [];
    const muscle = new Muscle({
      name: 'm',
      input: Total,
      output: Total,
      hooks: {
        before: async (input) => calls.push(['before', input]),
        after: (output, input) => calls.push(['after', output, input]),
        error: (error, input) => calls.push(['error', (error as Error).message, input]),
      },
      run: ({ total }) => {
        calls.push(['run']);
        if (total < 0) throw new RangeError('negative');
        return { total: total + 1 };
      },
    });
    expect(await muscle.execute({})).toEqual({ total: 1 });
    await expect(muscle.execute({ total: -1 })).rejects.toThrow('negative');
    await expect(muscle.execute({ total: 'x' } as never)).rejects.toThrow('total must be a number');
    expect(calls).toEqual([
      ['before', { total: 0 }],
      ['run'],
      ['after', { total: 1 }, { total: 0 }],
      ['before', { total: -1 }],
      ['run'],
      ['error', 'negative', { total: -1 }],
    ]);
  });

  it('may refuse an execution, and give another error in place of one', async () => {
    let runs = 0;
    const closed = new Muscle({
      name: 'closed',
      hooks: {
        before: () => {
          throw new Error('we are closed');
        },
      },
      run: () => void (runs += 1),
    });
    await expect(closed.execute()).rejects.toThrow('we are closed');
    const translated = new Muscle({
      name: 'translated',
      hooks: {
        error: (cause) => {
          throw new OrganismError('SHOP_DOWN', 'The shop is down.', { cause });
        },
      },
      run: () => {
        throw new Error('ECONNREFUSED');
      },
    });
    await expect(translated.execute()).rejects.toMatchObject({ code: 'SHOP_DOWN', cause: { message: 'ECONNREFUSED' } });
    expect([runs, closed.counters.failures]).toEqual([0, 1]);
    expect(() => new Muscle({ name: 'm', hooks: { before: 1 as never }, run: () => {} })).toThrow(
      'hooks.before must be',
    );
  });
});

/** The part of `@opentelemetry/api` that matters, as its own types have it. */
interface OtelSpan {
  setAttribute(key: string, value: string | number | boolean): this;
  setStatus(status: { code: 0 | 1 | 2; message?: string }): this;
  recordException(exception: string | { message: string; name?: string; stack?: string }, time?: number): void;
  end(endTime?: number): void;
}
interface OtelTracer {
  startActiveSpan<F extends (span: OtelSpan) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: OtelSpan) => unknown>(
    name: string,
    options: { kind?: number; attributes?: Record<string, unknown>; startTime?: number },
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: OtelSpan) => unknown>(
    name: string,
    options: object,
    context: object,
    fn: F,
  ): ReturnType<F>;
}

class Recorder {
  readonly spans: unknown[] = [];
  startActiveSpan<F extends (span: OtelSpan) => unknown>(name: string, ...rest: unknown[]): ReturnType<F> {
    const entry: Record<string, unknown> = { name };
    this.spans.push(entry);
    const span: OtelSpan = {
      setAttribute: () => span,
      setStatus: ({ code }) => {
        entry['status'] = code;
        return span;
      },
      recordException: (error) => void (entry['error'] = typeof error === 'string' ? error : error.message),
      end: () => void (entry['ended'] = true),
    };
    return (rest.at(-1) as F)(span) as ReturnType<F>;
  }
}

describe('a tracer', () => {
  it('gets a span for each execution; that of OpenTelemetry fits as it is', async () => {
    const recorder = new Recorder();
    const otel: OtelTracer = recorder;
    const tracer: Tracer = otel;
    const muscle = new Muscle({
      name: 'half',
      tracer,
      run: (n: number) => {
        if (n % 2 === 1) throw new Error('odd');
        return n / 2;
      },
    });
    expect(await muscle.execute(4)).toBe(2);
    await expect(muscle.execute(3)).rejects.toThrow('odd');
    expect(recorder.spans).toEqual([
      { name: 'half', ended: true },
      { name: 'half', status: 2, error: 'odd', ended: true },
    ]);
  });
});
