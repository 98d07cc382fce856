import {
  batch,
  collect,
  fromReadableStream,
  map,
  pipe,
  toReadableStream,
  toTransformStream,
} from '@organism/circulatory/streams';
import { describe, expect, it } from 'vitest';

describe('streams in a browser', () => {
  it('work on what the browser reads, and give what it takes', async () => {
    const lines = new Blob(['1\n2\n3\n4\n5\n']).stream().pipeThrough(new TextDecoderStream());
    const numbers = pipe(
      fromReadableStream(lines),
      map((text) => text.trim().split('\n').map(Number)),
    );
    expect((await collect(numbers)).flat()).toEqual([1, 2, 3, 4, 5]);
    const pairs = toReadableStream([1, 2, 3]).pipeThrough(toTransformStream(batch<number>({ size: 2 })));
    expect(await collect(fromReadableStream(pairs))).toEqual([[1, 2], [3]]);
  });
});
