import type { FileHeader } from '../model/file.ts';
import type { ContentType } from './content-type.ts';

/** A file as engines see it. Digests are computed when they are first asked for. */
export interface Content {
  readonly header: FileHeader;
  /** As the layer names it; `a.zip!/b` of a member. */
  readonly path: string;
  readonly type: ContentType;
  /** Bytes of the file. */
  readonly size: number;
  /** The whole file, or of one that is larger than `MOST_BYTES` its beginning. */
  readonly bytes: Uint8Array;
  /** The end of a file that is not whole in `bytes`; empty otherwise. */
  readonly tail: Uint8Array;
  /** Hex digests of all of it, whatever its size. */
  digest(algorithm: 'md5' | 'sha1' | 'sha256'): string;
}

/** Bytes of a file that engines get as one piece; of larger ones they get the beginning and the end. */
export const MOST_BYTES: number = 64 * 1024 * 1024;
/** Bytes of the end that they get of larger ones. */
export const TAIL_BYTES: number = 4 * 1024 * 1024;
