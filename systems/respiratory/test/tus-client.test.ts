import { FileUploadStore, Lung, resumable, type Upload as StoredUpload } from '@organism/respiratory';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Upload } from 'tus-js-client';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'organism-tus-client-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const whole = randomBytes(1_000_000);
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const serve = async (done: StoredUpload[]) => {
  const store = new FileUploadStore(folder);
  const endpoints = [resumable('/uploads', { store, onComplete: (upload) => void done.push(upload) })];
  return { store, lung: await Lung.serve({ port: 0, endpoints }) };
};

/** Uploads with the reference client, up to a share of the whole. Resolves with the URL, and the bytes that were sent. */
const upload = (endpoint: string, uploadUrl: string | undefined, share: number) =>
  new Promise<{ url: string; sent: number }>((resolve, reject) => {
    let sent = 0;
    const one = new Upload(whole, {
      endpoint,
      ...(uploadUrl !== undefined && { uploadUrl }),
      chunkSize: 100_000,
      retryDelays: null,
      metadata: { filename: 'quakes.json', filetype: 'application/geo+json' },
      onChunkComplete: (chunk, accepted) => {
        sent += chunk;
        if (accepted >= whole.length * share && share < 1)
          void one.abort().then(() => resolve({ url: one.url ?? '', sent }));
      },
      onSuccess: () => resolve({ url: one.url ?? '', sent }),
      onError: reject,
    });
    one.start();
  });

it('speak with the reference client: after a server is gone at 70 % only the rest is sent again', async () => {
  const done: StoredUpload[] = [];
  const first = await serve(done);
  const begun = await upload(`${first.lung.url}/uploads`, undefined, 0.7);
  expect(begun.sent).toBe(700_000);
  await first.lung.stop();

  // Another process, as far as it can tell: nothing but the folder is left of the first.
  const second = await serve(done);
  await using lung = second.lung;
  const path = new URL(begun.url).pathname;
  const ended = await upload(`${lung.url}/uploads`, lung.url + path, 1);
  expect(ended.sent).toBe(300_000);
  expect(done).toHaveLength(1);
  expect(done[0]?.metadata).toMatchObject({ filename: 'quakes.json' });
  expect(sha(await readFile(second.store.pathOf(path.slice('/uploads/'.length))))).toBe(sha(whole));
});

it('refuse the reference client in words it understands', async () => {
  const { lung } = await serve([]);
  await using _running = lung;
  const missing = upload(`${lung.url}/uploads`, undefined, 1);
  await expect(missing).resolves.toMatchObject({ sent: 1_000_000 });
  const elsewhere = upload(`${lung.url}/nowhere`, undefined, 1);
  await expect(elsewhere).rejects.toThrow(/404/);
});
