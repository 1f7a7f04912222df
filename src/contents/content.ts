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
  /** The whole file, or of one that is larger than `MOST_BYTES` a window of it. */
  readonly bytes: Uint8Array;
  /**
   * 0, but for the later windows of a large file: the place in it where what stands behind the first `LEAD` bytes of the window
   * would begin with these. They are those of the file, since rules ask for them.
   */
  readonly start: number;
  /** Hex digests of all of it, whatever its size. */
  digest(algorithm: 'md5' | 'sha1' | 'sha256'): string;
}

/** Bytes of a file that engines get as one piece, a window: larger ones are read in several. */
export const MOST_BYTES: number = 64 * 1024 * 1024;
/** Bytes of the beginning of a file that its later windows begin with. */
export const LEAD: number = 4096;
/** Bytes that a window has of the one before it, so that what lies across its beginning is whole in one of them. */
export const OVERLAP: number = 1024 * 1024;
/** Bytes behind the first windows of large files that are looked at in one layer. */
export const MOST_OF_LARGE: number = 1024 * 1024 * 1024;

/** The place in the file of a byte of a content. */
export function placeIn({ start }: Pick<Content, 'start'>, at: number): number {
  return at < LEAD ? at : start + at;
}
