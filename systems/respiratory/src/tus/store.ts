/** What is known of an upload. */
export interface Upload {
  readonly id: string;
  /** Bytes of the whole; undefined until the client tells. */
  readonly length: number | undefined;
  /** Bytes that are stored. */
  readonly offset: number;
  /** What the client says of the file: name, type, and whatever else. */
  readonly metadata: Readonly<Record<string, string>>;
  /** When it may be thrown away unless it is complete: milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
}

/** Upload store port: where uploads are kept until they are complete, and then until somebody takes them. */
export interface UploadStore {
  create(upload: Upload): Promise<void>;
  /** Undefined for one that is not there. The offset is what is really stored. */
  find(id: string): Promise<Upload | undefined>;
  /** Tells the length of an upload that began without. */
  setLength(id: string, length: number): Promise<void>;
  /**
   * Stores bytes from an offset on, each chunk as it comes, so that what came before a break is kept. Whatever stood
   * behind the offset is overwritten.
   */
  append(id: string, offset: number, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** Cuts off what stands behind an offset. */
  truncate(id: string, offset: number): Promise<void>;
  remove(id: string): Promise<void>;
  /** Ids of all uploads. */
  list(): Promise<readonly string[]>;
}
