import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UploadQueue, type UploadItem, type UploadTask } from './queue.ts';

const commands = fc.array(
  fc.record({
    what: fc.constantFrom('add', 'refuse', 'pause', 'resume', 'remove', 'progress', 'finish', 'fail'),
    which: fc.nat(5),
    bytes: fc.integer({ min: -5, max: 200 }),
  }),
  { maxLength: 60 },
);

describe('an upload queue', () => {
  it('keeps its limits and its word, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(commands, fc.integer({ min: 1, max: 3 }), async (steps, parallel) => {
        const running = new Map<UploadTask, { end: (result: string) => void; fail: (error: Error) => void }>();
        const told: UploadItem[] = [];
        const failed: UploadItem[] = [];
        const queue = new UploadQueue({
          changed: (item) => told.push({ ...item }),
          failed: (item) => failed.push(item),
        });
        queue.parallel = parallel;
        queue.uploader = {
          upload: (task) =>
            new Promise((end, fail) => {
              running.set(task, { end, fail });
              task.signal.addEventListener('abort', () => {
                running.delete(task);
                fail(new Error('Aborted.'));
              });
            }),
        };
        for (const { what, which, bytes } of steps) {
          const { id = -1 } = queue.items[which] ?? {};
          const [task, promise] = [...running][which] ?? [];
          if (what === 'add' || what === 'refuse')
            queue.add(new File(['x'.repeat(100)], 'x'), what === 'refuse' ? 'type' : undefined);
          else if (what === 'progress') task?.progress(bytes);
          else if (what === 'pause') queue.pause(id);
          else if (what === 'resume') queue.resume(id);
          else if (what === 'remove') {
            queue.remove(id);
            expect(queue.items.some((item) => item.id === id)).toBe(false);
          } else if (task !== undefined && promise !== undefined) {
            running.delete(task);
            if (what === 'finish') promise.end('there');
            else promise.fail(new Error('No.'));
          }
          await new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))));
          const count = (state: string): number => queue.items.filter((item) => item.state === state).length;
          expect(running.size).toBe(count('uploading'));
          expect(count('uploading')).toBeLessThanOrEqual(parallel);
          // Nobody waits while there is room.
          expect(count('queued') === 0 || count('uploading') === parallel).toBe(true);
          for (const { sentBytes, file, state, result, refusal } of queue.items) {
            expect(sentBytes >= 0 && sentBytes <= file.size).toBe(true);
            expect([result !== undefined, refusal !== undefined]).toEqual([state === 'done', state === 'refused']);
          }
        }
        expect(told.every(({ state }) => state !== 'refused' && state !== 'ready')).toBe(true);
        expect(failed.length).toBeLessThanOrEqual(steps.filter(({ what }) => what === 'fail').length);
      }),
      { numRuns: 150 },
    );
  });

  it('discards what has arrived in part, but not what is done, and survives an uploader that can’t', async () => {
    const discarded: string[] = [];
    const queue = new UploadQueue({ changed: () => {}, failed: () => {} });
    queue.uploader = {
      upload: ({ file, save }) => {
        save(file.name);
        return file.name === 'done' ? Promise.resolve('there') : new Promise(() => {});
      },
      discard: (saved) => {
        discarded.push(saved);
        return Promise.reject(new Error('No.'));
      },
    };
    for (const name of ['done', 'part']) queue.add(new File(['x'], name), undefined);
    await expect.poll(() => queue.items.map(({ state }) => state)).toEqual(['done', 'uploading']);
    for (const { id } of queue.items) queue.remove(id);
    expect([queue.items, discarded]).toEqual([[], ['part']]);
  });

  it('takes an uploader that throws at once as one that has failed', async () => {
    const queue = new UploadQueue({ changed: () => {}, failed: () => {} });
    queue.uploader = {
      upload: () => {
        throw new Error('No.');
      },
    };
    queue.add(new File(['x'], 'x'), undefined);
    await expect.poll(() => queue.items[0]?.state).toBe('failed');
  });
});
