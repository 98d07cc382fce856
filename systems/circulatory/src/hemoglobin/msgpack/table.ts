import { messageOf } from '@organism/cell';
import type { Packr, Unpackr } from 'msgpackr';
import type { Envelope } from '../../envelope.ts';
import { envelopeOf } from '../envelope.ts';
import { NotEncodableError } from '../../errors.ts';
import { DamagedMessageError } from '../errors.ts';
import type { Reader, Writer } from '../format.ts';
import { headOf } from '../header.ts';
import type { Layout } from '../layout.ts';
import { arrange } from './arrange.ts';
import type { Structure } from './structures.ts';

/** What is used of msgpackr. */
export interface Library {
  readonly Packr: typeof Packr;
  readonly Unpackr: typeof Unpackr;
  readonly REUSE_BUFFER_MODE: number;
  readonly RESET_BUFFER_MODE: number;
  readonly RESERVE_START_SPACE: number;
}

/** What the library gives with REUSE_BUFFER_MODE: its own buffer, and where in it the result is. */
type OwnBuffer = Buffer & { readonly start: number; readonly end: number };

/** What a {@link Table} is made of. */
export interface TableOptions {
  readonly library: Library;
  readonly structures: readonly Structure[];
  readonly layout: Layout;
  /** Name of the Bone, which its messages then need not say; undefined for messages without one. */
  readonly type: string | undefined;
  readonly fingerprint: Buffer | undefined;
}

/** Most own structures of a message; after as many the library reuses their numbers. */
const maxOwnStructures = 32;

/** First bytes of an envelope: numbers of records begin there. */
const recordWithoutKey = 0x40;
const recordWithKey = 0x41;

const fromStart = { start: 0 } as const;

/** Writes and reads messages of one Bone, or those of none. */
export class Table implements Reader, Writer {
  readonly head: Uint8Array;
  readonly #packr: Packr;
  readonly #unpackr: Unpackr;
  /** The structures for reading, which a message may replace while it is read. */
  readonly #reading: Structure[];
  readonly #structures: readonly Structure[];
  readonly #layout: Layout;
  readonly #type: string | undefined;
  readonly #mode: number;
  readonly #afterHead: { readonly start: number };
  /** Whether the last message had a structure that the table has not. */
  #wasNew = false;
  /** Whether values come in another order than the Bone's. */
  #arranges = false;

  constructor({ library, structures, layout, type, fingerprint }: TableOptions) {
    this.head = headOf('msgpack', fingerprint);
    this.#afterHead = { start: this.head.length };
    this.#layout = layout;
    this.#type = type;
    const { REUSE_BUFFER_MODE, RESET_BUFFER_MODE, RESERVE_START_SPACE } = library;
    this.#mode = REUSE_BUFFER_MODE | RESET_BUFFER_MODE | RESERVE_START_SPACE | this.head.length;
    const shared = (): string[][] => structures.map((names) => [...names]);
    this.#packr = new library.Packr({
      structures: shared(),
      // One more than there are: for each that is new the library asks whether to share it.
      maxSharedStructures: structures.length + 1,
      maxOwnStructures,
      shouldShareStructure: () => {
        this.#wasNew = true;
        return false;
      },
      moreTypes: true,
    } as ConstructorParameters<typeof Packr>[0]);
    this.#structures = shared();
    this.#reading = [...this.#structures];
    this.#unpackr = new library.Unpackr({
      structures: this.#reading as unknown as object[],
      moreTypes: true,
      copyBuffers: true,
      structuredClone: false,
    });
  }

  write(envelope: Envelope): Buffer {
    try {
      if (this.#arranges) return this.#pack(envelope, arrange(envelope.data, this.#layout));
      this.#wasNew = false;
      const packed = this.#pack(envelope, envelope.data);
      if (!this.#wasNew) return packed;
      const arranged = arrange(envelope.data, this.#layout);
      if (arranged === envelope.data) return packed;
      this.#arranges = true;
      return this.#pack(envelope, arranged);
    } catch (cause) {
      throw new NotEncodableError(envelope.type, messageOf(cause), { cause });
    }
  }

  /**
   * An envelope is a record, but for the library it is a list: that is written in less time, and is the same but for its
   * first byte.
   */
  #pack({ id, type, source, time, headers, key }: Envelope, data: unknown): Buffer {
    const name = this.#type === undefined ? type : null;
    const fields =
      key === undefined ? [id, name, source, time, data, headers] : [id, name, source, time, data, headers, key];
    // The library's buffer is that of all who use the library, so what lies in it is copied at once.
    const own = this.#packr.pack(fields, this.#mode) as OwnBuffer;
    const bytes = Buffer.allocUnsafe(own.end - own.start);
    own.copy(bytes, 0, own.start, own.end);
    const { head } = this;
    for (let index = 0; index < head.length; index += 1) bytes[index] = head[index] as number;
    bytes[head.length] = key === undefined ? recordWithoutKey : recordWithKey;
    return bytes;
  }

  /** Reads a payload. @throws {DamagedMessageError} when it is none. */
  read(bytes: Buffer, start: number): Envelope {
    let record: unknown;
    try {
      record = this.#unpackr.unpack(bytes, start === 0 ? fromStart : this.#afterHead);
    } catch (cause) {
      throw new DamagedMessageError('its payload is no MessagePack', { cause });
    } finally {
      this.#restore();
    }
    if (typeof record !== 'object' || record === null) throw new DamagedMessageError('its payload is no envelope');
    const parts = record as Partial<Record<keyof Envelope, unknown>>;
    if (this.#type !== undefined) parts.type = this.#type;
    return envelopeOf(parts);
  }

  /** A message may give a number of the table another structure; the next one must not be read by that. */
  #restore(): void {
    const reading = this.#reading;
    const structures = this.#structures;
    for (let index = 0; index < structures.length; index += 1)
      if (reading[index] !== structures[index]) reading[index] = structures[index] as Structure;
  }
}
