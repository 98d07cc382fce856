import { type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { HttpError } from '../errors.ts';
import { OpenFile } from './open-file.ts';

/** How many paths are remembered. */
const most = 1024;
/** How often a file is looked at again that is replaced at this very moment. */
const tries = 3;

/** Which file it is, and its last change of any kind, a new name among them. */
type Identity = Pick<Stats, 'dev' | 'ino' | 'ctimeMs'>;

const isSame = (a: Identity, b: Identity): boolean => a.ino === b.ino && a.dev === b.dev && a.ctimeMs === b.ctimeMs;

/**
 * A folder whose files are served, and nothing outside: links that lead out of it don't. Where a path leads is looked up
 * once for each file that is found there, not for each request, where it was two of six operations of the file system.
 */
export class Folder {
  readonly #root: string;
  /** Files that were found to lie inside, by their paths. */
  readonly #inside = new Map<string, Identity>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Where a path of a request would be. @throws {HttpError} `RESPIRATORY_NOT_FOUND` for hidden files, and paths that no browser sends. */
  pathOf(path: string): string {
    if (path.includes('\0') || path.includes('\\') || path.split('/').some((segment) => segment.startsWith('.')))
      throw HttpError.notFound();
    return join(this.#root, normalize(`/${path}`));
  }

  /** Opens a file. @throws {HttpError} `RESPIRATORY_NOT_FOUND` */
  async open(path: string): Promise<OpenFile> {
    for (let left = tries; left > 0; left -= 1) {
      const file = await OpenFile.at(path);
      const known = this.#inside.get(path);
      if (known !== undefined && isSame(known, file.info)) return file;
      if (await this.#find(path, file.info)) return file;
      file[Symbol.dispose]();
    }
    throw HttpError.notFound();
  }

  /** Whether the file that was opened is the one that lies inside the folder. */
  async #find(path: string, info: Stats): Promise<boolean> {
    try {
      const [root, file] = await Promise.all([realpath(this.#root), realpath(path)]);
      const { dev, ino } = await stat(file);
      if (!file.startsWith(root + sep) || dev !== info.dev || ino !== info.ino) return false;
    } catch {
      return false;
    }
    this.#inside.delete(path);
    this.#inside.set(path, { dev: info.dev, ino: info.ino, ctimeMs: info.ctimeMs });
    for (const oldest of this.#inside.keys()) {
      if (this.#inside.size <= most) break;
      this.#inside.delete(oldest);
    }
    return true;
  }
}
