import { close, constants, createReadStream, fstat, open, read, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import { HttpError } from '../errors.ts';

// Plain descriptors, and one write for a small file: with a FileHandle, a stream and two more look-ups of its path, a file
// of 8 KiB took twice the CPU (benchmark respiratory.http).
const [openPath, statOf, readInto] = [promisify(open), promisify(fstat), promisify(read)];

/** A pipe without a writer must not hold a thread until there is one; regular files know no waiting. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** A regular file, open for reading: what is told and read of it is of one state, whatever its path leads to meanwhile. */
export class OpenFile implements Disposable {
  readonly info: Stats;
  readonly #descriptor: number;

  private constructor(descriptor: number, info: Stats) {
    this.#descriptor = descriptor;
    this.info = info;
  }

  /** @throws {HttpError} `RESPIRATORY_NOT_FOUND` for what is no file, or not for us: the client learns no more than that. */
  static async at(path: string): Promise<OpenFile> {
    let descriptor: number | undefined;
    try {
      descriptor = await openPath(path, flags);
      const info = await statOf(descriptor);
      if (info.isFile()) return new OpenFile(descriptor, info);
    } catch {
      // Not there.
    }
    if (descriptor !== undefined) close(descriptor, () => {});
    throw HttpError.notFound();
  }

  /** Bytes of it, both ends included; fewer where it has become shorter. */
  async bytes(start: number, end: number): Promise<Buffer> {
    const whole = Buffer.allocUnsafe(end - start + 1);
    let size = 0;
    while (size < whole.length) {
      const { bytesRead } = await readInto(this.#descriptor, whole, size, whole.length - size, start + size);
      if (bytesRead === 0) break;
      size += bytesRead;
    }
    return whole.subarray(0, size);
  }

  /** The same, piece by piece. */
  pieces(start: number, end: number): AsyncIterable<Uint8Array> {
    const options = { fd: this.#descriptor, start, end, autoClose: false, highWaterMark: 256 * 1024 };
    return createReadStream('', options);
  }

  /** Closes it; nobody waits for that. */
  [Symbol.dispose](): void {
    close(this.#descriptor, () => {});
  }
}
