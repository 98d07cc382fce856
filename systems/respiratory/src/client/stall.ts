import type { Clock } from '@organism/cell';
import { TimeoutError } from '@organism/homeostasis';
import type { WireContent } from './transport.ts';

/** The pieces of a body; fails when none comes for so long, in milliseconds of the clock. */
export async function* unstalled(body: WireContent, clock: Clock, stallMs: number): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const stalled = Promise.withResolvers<never>();
      const timer = clock.setTimeout(() => stalled.reject(new TimeoutError('stall', stallMs)), stallMs);
      try {
        const { done, value } = await Promise.race([pieces.next(), stalled.promise]);
        if (done === true) return;
        yield value;
      } finally {
        timer[Symbol.dispose]();
      }
    }
  } finally {
    body.cancel();
  }
}
