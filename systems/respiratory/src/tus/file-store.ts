import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Upload, UploadStore } from './store.ts';

type Kept = Omit<Upload, 'offset'>;

const idForm = /^[\w-]{1,64}$/;

/**
 * Upload store in a folder: for each upload a file of its bytes and one of what is known of it. How far an upload is
 * follows from the size of its file, so that it goes on after a crash from where the disk has it.
 */
export class FileUploadStore implements UploadStore {
  readonly #folder: string;

  /** @param folder Is made when it is not there. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Path of an upload's bytes. */
  pathOf(id: string): string {
    return join(this.#folder, `${id}.bin`);
  }

  #noteOf(id: string): string {
    return join(this.#folder, `${id}.json`);
  }

  /** Reads an upload's bytes. */
  read(id: string): ReadStream {
    return createReadStream(this.pathOf(id));
  }

  async #write(kept: Kept): Promise<void> {
    // In one step: a crash must not leave half a note.
    const fresh = `${this.#noteOf(kept.id)}.new`;
    await writeFile(fresh, JSON.stringify(kept));
    await rename(fresh, this.#noteOf(kept.id));
  }

  async create(upload: Upload): Promise<void> {
    const { offset: _, ...kept } = upload;
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.pathOf(kept.id), '');
    await this.#write(kept);
  }

  async find(id: string): Promise<Upload | undefined> {
    if (!idForm.test(id)) return undefined;
    try {
      const [note, { size }] = await Promise.all([readFile(this.#noteOf(id), 'utf8'), stat(this.pathOf(id))]);
      const kept = JSON.parse(note) as Kept;
      return { ...kept, length: kept.length, expiresAt: kept.expiresAt, offset: size };
    } catch {
      return undefined;
    }
  }

  async setLength(id: string, length: number): Promise<void> {
    const { offset: _, ...kept } = (await this.find(id)) ?? { id, metadata: {}, expiresAt: undefined, offset: 0 };
    await this.#write({ ...kept, length });
  }

  async append(id: string, offset: number, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const handle = await open(this.pathOf(id), 'r+');
    try {
      let at = offset;
      for await (const chunk of chunks) {
        await handle.write(chunk, 0, chunk.length, at);
        at += chunk.length;
      }
    } finally {
      await handle.sync().catch(() => {});
      await handle.close();
    }
  }

  async truncate(id: string, offset: number): Promise<void> {
    await truncate(this.pathOf(id), offset);
  }

  async remove(id: string): Promise<void> {
    await rm(this.#noteOf(id), { force: true });
    await rm(this.pathOf(id), { force: true });
  }

  async list(): Promise<readonly string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  }
}
