import type { FilePlace } from '../formats/byte-source.ts';
import type { Compression } from '../formats/compression/detect.ts';
import type { TarVisitor, WalkOptions } from '../formats/tar/visitor.ts';
import type { ByteSource } from '../model/bytes.ts';

/** What reading a layer from end to end told of its bytes. */
export interface WalkResult {
  /** `sha256:...` of the bytes as stored; absent where they were not all read. */
  readonly digest?: string;
  /** The same of the uncompressed bytes; only with `verify`. */
  readonly diffId?: string;
  /** Bytes as stored, where all of them were read. */
  readonly stored?: number;
  /** Uncompressed bytes of the archive that were read or passed over. */
  readonly bytes: number;
  /** Told by the first bytes of an archive, whatever anybody calls it. */
  readonly compression?: Compression;
}

/** Counts uncompressed bytes while they come, for whoever must know them also of a walk that ends with an error. */
export interface Tally {
  bytes: number;
}

export interface LayerWalkOptions extends WalkOptions {
  readonly limits: WalkOptions['limits'] & {
    readonly ratio: number;
    readonly ratioFloorBytes: number;
  };
  /** Computes digests also where that means reading bytes that nobody wants. */
  readonly verify?: boolean;
  /** Counts on while the layer is walked. */
  readonly tally?: Tally;
  /** Stored bytes that were read since the last call. */
  onProgress?(bytes: number): void;
}

/** Where the bytes of a layer come from when they cannot be read at any place. */
export interface LayerStream {
  /** Bytes as stored, as whoever has them says; absent where nobody says it. */
  readonly size?: number;
  /** Starts the stream; each call starts it anew. Ends with an error where it is shorter than announced. */
  open(signal: AbortSignal | undefined): AsyncIterable<Uint8Array>;
  /** No digest is computed unless `verify` asks for it: whoever sends it keeps it by its digest and is trusted. */
  readonly unhashed?: boolean;
  /** Digest by which it is asked for: whatever else came would not be this layer. */
  readonly digest?: string;
}

/** The bytes of one layer, wherever they are. Nothing is extracted. */
export interface LayerContent {
  /** Bytes as stored, for progress; 0 where nobody says how many. */
  readonly size: number;
  /** Nobody says how many bytes it has: only its digest tells whether it is another one. */
  readonly unsized?: boolean;
  /** Shows every member to the visitor, base to end, reading each byte at most once. */
  walk(visitor: TarVisitor, options: LayerWalkOptions): Promise<WalkResult>;
  /** The uncompressed archive, where bodies can be read at any place; `FileHeader.offset` counts in it. */
  readonly seekable?: ByteSource;
  /** A compressed archive in an open file: another thread can read it as well. */
  readonly place?: FilePlace;
  /** How it is fetched: whoever fetches it may hand the bytes to another thread. */
  readonly stream?: LayerStream;
  /** It is fetched anew for every walk, while other layers are. */
  readonly remote?: boolean;
  /**
   * The digest by which it is asked for, at every walk anew. What comes is not checked: it is this layer only where
   * `WalkResult.digest` is the same.
   */
  readonly askedBy?: string;
  /**
   * Tells whether the bytes as stored have a digest, which takes much less than reading what is in them. Absent where
   * it does not: then nothing that was learned of the layer is worth keeping.
   */
  hasDigest?(digest: string, options: Pick<LayerWalkOptions, 'signal'>): Promise<boolean>;
}
