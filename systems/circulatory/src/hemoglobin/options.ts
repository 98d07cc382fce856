import type { Entropy } from '@organism/cell';
import type { AnyBone } from './bones.ts';
import type { CompressionAlgorithm, CompressionOptions } from './compression.ts';
import type { EncryptionOptions } from './encryption.ts';
import type { FormatName } from './header.ts';
import type { ProtoOptions } from './protobuf/map.ts';

/** Options of {@link hemoglobin}. */
export interface HemoglobinOptions {
  /** How envelopes are written. `msgpack` (default) needs `msgpackr`, `protobuf` needs `@bufbuild/protobuf`. */
  readonly format?: FormatName;
  /**
   * Bones of the messages, with all versions that may still come. With `msgpack`, messages of other types say the names of
   * their fields; with `protobuf` there are none.
   */
  readonly bones?: readonly AnyBone[];
  /** For `protobuf`: numbers of fields, and which are bytes, by the names of Bones. */
  readonly proto?: Readonly<Record<string, ProtoOptions>>;
  /** An algorithm, or its options. Default: none. Lengths tell something of what was compressed, encrypted or not. */
  readonly compression?: CompressionAlgorithm | CompressionOptions;
  /** Encryption with AES-256-GCM. Default: none. */
  readonly encryption?: EncryptionOptions;
  /**
   * Most bytes of a payload, before compression and after decompression. Default 1 MiB. What takes longest to read, of all
   * that is no good, takes some 600 ns and 100 bytes of memory for each byte: raise it where you trust who writes.
   */
  readonly maxBytes?: number;
  /** Where nonces come from. Default: the host's; any other must be as hard to guess. */
  readonly entropy?: Entropy;
}
