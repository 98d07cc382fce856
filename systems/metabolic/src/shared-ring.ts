import { OptionError, OrganismError, systemClock } from '@organism/cell';
import { checkCount, checkMs } from './check.ts';

/** A message that is longer than a ring, or a ring that is closed. */
export class SharedRingError extends OrganismError {
  declare readonly code: 'METABOLIC_MESSAGE_TOO_LONG' | 'METABOLIC_RING_CLOSED';
}

// Each field on a cache line of its own, so that the two threads don't contend for one (16 numbers of 4 bytes).
const line = 16;
const field = {
  magic: 0,
  written: line,
  read: 2 * line,
  /** The reader sleeps, or is about to, on its bell. */
  readerSleeps: 3 * line,
  readerBell: 3 * line + 1,
  writerSleeps: 4 * line,
  writerBell: 4 * line + 1,
  closed: 5 * line,
};
const headerBytes = 6 * line * 4;
const magic = 0x72_69_6e_67;
const lengthBytes = 4;
const longestRing = 2 ** 30;

const rounded = (length: number): number => (length + 3) & ~3;

/**
 * Ring for messages of bytes between two threads, over a SharedArrayBuffer: lock-free, for one writer and one reader.
 *
 * The writer alone moves the write position, the reader alone the read position; each only looks at the other's.
 * `write` and `read` never block; `writeWait` and `readWait` put their thread to sleep, in real time, and so are not
 * for the main thread of a browser.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { SharedRing } from '@organism/metabolic';
 *
 * const ring = SharedRing.create(1024);
 * // In the other thread, with the buffer from a message: new SharedRing(buffer).
 * const reader = new SharedRing(ring.buffer);
 * assert.equal(ring.write(new TextEncoder().encode('M 5.2')), true);
 * assert.equal(new TextDecoder().decode(reader.read()), 'M 5.2');
 * assert.equal(reader.read(), undefined);
 * ```
 * @see Lamport, "Proving the Correctness of Multiprocess Programs", 1977
 */
export class SharedRing {
  /** What the other thread needs: `new SharedRing(buffer)`. */
  readonly buffer: SharedArrayBuffer;
  readonly #fields: Int32Array;
  readonly #lengths: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #capacity: number;

  /** Joins a ring. @throws {OptionError} when the buffer is none that {@link SharedRing.create} has made. */
  constructor(buffer: SharedArrayBuffer) {
    if (!(buffer instanceof SharedArrayBuffer) || buffer.byteLength < headerBytes)
      throw new OptionError('buffer', 'the buffer of a ring', buffer);
    this.buffer = buffer;
    this.#fields = new Int32Array(buffer, 0, headerBytes / 4);
    if (this.#fields[field.magic] !== magic) throw new OptionError('buffer', 'the buffer of a ring', buffer);
    this.#bytes = new Uint8Array(buffer, headerBytes);
    this.#lengths = new Int32Array(buffer, headerBytes);
    this.#capacity = this.#bytes.length;
  }

  /**
   * Makes a ring for `capacityBytes` bytes, rounded up to a power of two; a message takes 4 bytes more than it has,
   * rounded up to a multiple of 4.
   */
  static create(capacityBytes: number): SharedRing {
    checkCount('capacityBytes', capacityBytes, 8);
    if (capacityBytes > longestRing) throw new OptionError('capacityBytes', `at most ${longestRing}`, capacityBytes);
    const buffer = new SharedArrayBuffer(headerBytes + 2 ** Math.ceil(Math.log2(capacityBytes)));
    new Int32Array(buffer)[field.magic] = magic;
    return new SharedRing(buffer);
  }

  /** Longest message, in bytes. */
  get longestMessage(): number {
    return this.#capacity - lengthBytes;
  }

  /** Bytes taken at this moment. */
  get usedBytes(): number {
    return (Atomics.load(this.#fields, field.written) - Atomics.load(this.#fields, field.read)) >>> 0;
  }

  /** Whether either side has closed it. What was written before can still be read. */
  get isClosed(): boolean {
    return Atomics.load(this.#fields, field.closed) === 1;
  }

  /**
   * Writes a message; false when there is no room for it now.
   *
   * @throws {SharedRingError} `METABOLIC_MESSAGE_TOO_LONG` when there never is; `METABOLIC_RING_CLOSED`.
   */
  write(message: Uint8Array): boolean {
    const { length } = message;
    if (length > this.longestMessage)
      throw new SharedRingError(
        'METABOLIC_MESSAGE_TOO_LONG',
        `A message has ${length} bytes; the ring takes ${this.longestMessage}.`,
      );
    if (this.isClosed) throw new SharedRingError('METABOLIC_RING_CLOSED', 'The ring is closed.');
    const total = lengthBytes + rounded(length);
    // Positions run on past the end of the ring and wrap at 2^32; only their difference counts.
    const written = Atomics.load(this.#fields, field.written);
    const used = (written - Atomics.load(this.#fields, field.read)) >>> 0;
    if (used + total > this.#capacity) return false;
    const mask = this.#capacity - 1;
    this.#lengths[(written & mask) >>> 2] = length;
    this.#copyIn(message, (written + lengthBytes) & mask);
    // The reader sees the bytes once it sees this: an atomic store publishes what came before it.
    Atomics.store(this.#fields, field.written, (written + total) | 0);
    if (Atomics.load(this.#fields, field.readerSleeps) === 1) this.#ring(field.readerBell);
    return true;
  }

  #copyIn(message: Uint8Array, at: number): void {
    const first = Math.min(message.length, this.#capacity - at);
    if (first === message.length) this.#bytes.set(message, at);
    else {
      this.#bytes.set(message.subarray(0, first), at);
      this.#bytes.set(message.subarray(first), 0);
    }
  }

  /** Reads a message into memory of its own; undefined when there is none now. */
  read(): Uint8Array<ArrayBuffer> | undefined {
    const read = Atomics.load(this.#fields, field.read);
    if (read === Atomics.load(this.#fields, field.written)) return undefined;
    const mask = this.#capacity - 1;
    const length = this.#lengths[(read & mask) >>> 2] ?? 0;
    const message = new Uint8Array(length);
    const at = (read + lengthBytes) & mask;
    const first = Math.min(length, this.#capacity - at);
    message.set(this.#bytes.subarray(at, at + first));
    if (first < length) message.set(this.#bytes.subarray(0, length - first), first);
    Atomics.store(this.#fields, field.read, (read + lengthBytes + rounded(length)) | 0);
    if (Atomics.load(this.#fields, field.writerSleeps) === 1) this.#ring(field.writerBell);
    return message;
  }

  #ring(bell: number): void {
    Atomics.add(this.#fields, bell, 1);
    Atomics.notify(this.#fields, bell);
  }

  /** Writes a message, and sleeps until there is room; false when `timeoutMs` of real time pass first. */
  writeWait(message: Uint8Array, timeoutMs: number = Infinity): boolean {
    const attempt = (): true | undefined => this.write(message) || undefined;
    return (
      attempt() ?? this.#sleep(field.writerSleeps, field.writerBell, checkMs('timeoutMs', timeoutMs), attempt) ?? false
    );
  }

  /** Reads a message, and sleeps until there is one; undefined when the ring is closed, or `timeoutMs` pass first. */
  readWait(timeoutMs: number = Infinity): Uint8Array<ArrayBuffer> | undefined {
    const attempt = (): Uint8Array<ArrayBuffer> | undefined => this.read();
    return attempt() ?? this.#sleep(field.readerSleeps, field.readerBell, checkMs('timeoutMs', timeoutMs), attempt);
  }

  /**
   * The order is what makes it safe: note the bell, tell that we sleep, try once more, then sleep unless the bell has
   * rung. Whoever changed something before the second step is seen by the attempt; whoever did after it rings.
   */
  #sleep<T>(flag: number, bell: number, timeoutMs: number, attempt: () => T | undefined): T | undefined {
    const endsAt = systemClock.monotonic() + timeoutMs;
    for (let left = timeoutMs; ; left = endsAt - systemClock.monotonic()) {
      const heard = Atomics.load(this.#fields, bell);
      Atomics.store(this.#fields, flag, 1);
      const isLast = this.isClosed || !(left > 0);
      const done = attempt();
      if (done === undefined && !isLast) Atomics.wait(this.#fields, bell, heard, left);
      Atomics.store(this.#fields, flag, 0);
      if (done !== undefined || isLast) return done;
    }
  }

  /** Reads a message as soon as there is one, without blocking the thread; undefined when the ring is closed. */
  async readAsync(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (;;) {
      const heard = Atomics.load(this.#fields, field.readerBell);
      Atomics.store(this.#fields, field.readerSleeps, 1);
      const isLast = this.isClosed;
      const message = this.read();
      if (message === undefined && !isLast) await Atomics.waitAsync(this.#fields, field.readerBell, heard).value;
      Atomics.store(this.#fields, field.readerSleeps, 0);
      if (message !== undefined || isLast) return message;
    }
  }

  /** Lets nothing more be written, and wakes both sides. */
  close(): void {
    Atomics.store(this.#fields, field.closed, 1);
    this.#ring(field.readerBell);
    this.#ring(field.writerBell);
  }
}
