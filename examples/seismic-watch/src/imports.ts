import { type Anatomy, Cell, OrganismError, type StartScope } from '@organism/cell';
import { FileUploadStore, type HttpTendon, removeExpired, resumable, type Upload } from '@organism/respiratory';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ImportState, type Quake } from './bones.ts';
import { FeedReader } from './feed.ts';
import type { FeedLog } from './feed-log.ts';
import { featuresOf } from './geojson.ts';
import { type Catalogue, mostQuakes } from './store.ts';
import { uploadDocument } from './upload-document.ts';

/** What {@link Imports} need. */
export interface ImportOptions {
  readonly log: FeedLog;
  readonly catalogue: Catalogue;
  /** Where uploads are kept. */
  readonly folder: string;
  /** Largest file, in bytes. */
  readonly maxBytes: number;
  readonly onError: (error: unknown) => void;
}

/** Where files are sent to. */
const uploadsPath = '/api/uploads';
/** How long an upload that is not complete is kept. */
const expireMs = 24 * 60 * 60 * 1000;
const sweepMs = 60 * 60 * 1000;
/** Uploads under way at once, and such that are done and kept for clients that have not heard of it. */
const [mostOpen, mostDone] = [20, 10];
/** How many of the rejected features a state lists; it counts them all. */
const mostListed = 100;
/** How often a state is told while a file is read. */
const tellMs = 250;
/** Earthquakes on their way to the store at once. */
const batch = 256;

const nameOf = ({ metadata }: Upload): string => (metadata['filename'] ?? '').slice(0, 200);

/**
 * Files of earthquakes, uploaded in as many tries as it takes, and then imported one after another: read as a stream,
 * each feature checked by the Bone, the good ones published. An earthquake that is there already is not added again, so
 * an import may be repeated: one that a crash has cut short is, by {@link Imports.recover}.
 */
export class Imports extends Cell {
  readonly #options: ImportOptions;
  readonly #store: FileUploadStore;
  #queue: Promise<void> = Promise.resolve();
  #stopping = new AbortController();
  #done = 0;

  constructor(options: ImportOptions) {
    super({ name: 'imports', needs: [options.log, 'catalogue'] });
    this.#options = options;
    this.#store = new FileUploadStore(options.folder);
  }

  protected override onStart({ defer }: StartScope): void {
    this.#stopping = new AbortController();
    defer(this.clock.setInterval(() => this.#enqueue(() => this.#sweep()), sweepMs).unref());
    defer(async () => {
      this.#stopping.abort();
      await this.#queue;
    });
  }

  /** Where files are sent to: tus 1.0. */
  get tendon(): HttpTendon {
    const tendon = resumable(uploadsPath, {
      store: this.#store,
      maxBytes: this.#options.maxBytes,
      expireMs,
      onCreate: (upload) => this.#admit(upload),
      onComplete: (upload) => this.begin(upload),
    });
    return { ...tendon, routes: tendon.routes.map((route) => ({ ...route, ...uploadDocument(route) })) };
  }

  /** @throws {OrganismError} `SEISMIC_WRONG_FILE`, `SEISMIC_MANY_UPLOADS` */
  async #admit(upload: Upload): Promise<void> {
    if (!/\.(?:geo)?json$/i.test(nameOf(upload)))
      throw new OrganismError('SEISMIC_WRONG_FILE', 'The file must be GeoJSON, named .geojson or .json.', {
        status: 415,
      });
    if ((await this.#open()).length < mostOpen) return;
    throw new OrganismError('SEISMIC_MANY_UPLOADS', `${mostOpen} uploads are under way already.`, {
      status: 429,
      retryable: true,
    });
  }

  async #uploads(): Promise<readonly Upload[]> {
    const found = await Promise.all((await this.#store.list()).map((id) => this.#store.find(id)));
    return found.filter((upload) => upload !== undefined);
  }

  async #open(): Promise<readonly Upload[]> {
    return (await this.#uploads()).filter(({ offset, length }) => offset !== length);
  }

  /** Imports an upload that is complete, when its turn has come. */
  begin(upload: Upload): void {
    const state: ImportState = {
      id: upload.id,
      file: nameOf(upload),
      bytes: upload.offset,
      status: 'waiting',
      readBytes: 0,
      features: 0,
      added: 0,
      known: 0,
      rejected: [],
      rejectedCount: 0,
    };
    this.#tell(state);
    this.#enqueue(async () => {
      await this.#import(state);
      await this.#sweep();
    });
  }

  /** Takes up what an earlier life of the app has left, and throws away what nobody waits for any more. */
  recover(): void {
    this.#enqueue(async () => {
      await this.#sweep();
      for (const upload of await this.#uploads()) {
        if (upload.offset !== upload.length) continue;
        const state = await this.#report(upload.id);
        if (state === undefined) this.begin(upload);
        else this.#tell(state);
      }
    });
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#after(this.#queue, work);
  }

  async #after(before: Promise<void>, work: () => Promise<void>): Promise<void> {
    await before;
    if (!this.#stopping.signal.aborted) await work().catch(this.#options.onError);
  }

  #tell(state: ImportState): void {
    this.#options.log.append({ kind: 'import', import: state });
  }

  async #import(begun: ImportState): Promise<void> {
    const { log, onError } = this.#options;
    let state = begun;
    const tell = (change: Partial<ImportState>): void => this.#tell((state = { ...state, ...change }));
    try {
      const reader = await this.#read(begun.id, tell);
      const { quakes, rejected } = reader.finish();
      const findings = { rejected: rejected.slice(0, mostListed), rejectedCount: rejected.length };
      tell({ status: 'adding', readBytes: state.bytes, features: reader.count, ...findings });
      const added = await this.#add(quakes);
      state = { ...state, status: 'done', added, known: quakes.length - added };
      await writeFile(this.#reportOf(state.id), JSON.stringify(state));
      this.#done += 1;
    } catch (error) {
      // What is left is imported in the app's next life.
      if (this.#stopping.signal.aborted) return;
      const isReadable = error instanceof OrganismError && error.status < 500;
      if (!isReadable) onError(error);
      const problem = isReadable ? error.message : 'The file could not be imported. Try again later.';
      state = { ...state, status: 'failed', problem };
      // Who sends it again begins anew.
      await this.#store.remove(state.id);
    }
    // Answered when all of it has been heard here, so that whoever reads then finds it.
    await log.ask((answers) => log.append({ kind: 'import', import: state, answers }));
  }

  async #read(id: string, tell: (change: Partial<ImportState>) => void): Promise<FeedReader> {
    const { signal } = this.#stopping;
    const file = this.#store.read(id);
    const reader = new FeedReader('upload');
    let toldAt = this.clock.monotonic();
    tell({ status: 'reading' });
    for await (const feature of featuresOf(file)) {
      reader.add(feature);
      if (reader.count > mostQuakes)
        throw new OrganismError('SEISMIC_FEED_TOO_LONG', `The file has more than ${mostQuakes} features.`, {
          status: 413,
        });
      if (this.clock.monotonic() - toldAt < tellMs) continue;
      toldAt = this.clock.monotonic();
      signal.throwIfAborted();
      tell({ readBytes: file.bytesRead, features: reader.count });
    }
    return reader;
  }

  /** Publishes those that are not there yet, in order of time. Gives how many. */
  async #add(quakes: readonly Quake[]): Promise<number> {
    const { log, catalogue } = this.#options;
    const fresh = quakes.filter(({ id }) => !catalogue.hasQuake(id));
    for (let from = 0; from < fresh.length; from += batch) {
      this.#stopping.signal.throwIfAborted();
      await Promise.all(fresh.slice(from, from + batch).map((quake) => log.write({ kind: 'quake', quake })));
    }
    return fresh.length;
  }

  #reportOf(id: string): string {
    return join(this.#options.folder, `${id}.done`);
  }

  /** What came of an upload, if it was imported. */
  async #report(id: string): Promise<ImportState | undefined> {
    try {
      return ImportState.parse(JSON.parse(await readFile(this.#reportOf(id), 'utf8'))) as ImportState;
    } catch {
      return undefined;
    }
  }

  async #sweep(): Promise<void> {
    await removeExpired(this.#store, this.clock.now());
    const complete = (await this.#uploads()).filter(({ offset, length }) => offset === length);
    const byAge = complete.toSorted((a, b) => (b.expiresAt ?? 0) - (a.expiresAt ?? 0));
    for (const [index, { id, expiresAt = 0 }] of byAge.entries()) {
      if ((index < mostDone && expiresAt > this.clock.now()) || (await this.#report(id)) === undefined) continue;
      await this.#store.remove(id);
      await rm(this.#reportOf(id), { force: true });
    }
  }

  protected override onDescribe(): Partial<Anatomy> {
    return {
      edges: [
        { from: 'lung', to: 'imports', label: 'uploads' },
        { from: 'imports', to: 'heart', label: 'seismic.quake' },
      ],
      counters: { imported: this.#done },
    };
  }
}
