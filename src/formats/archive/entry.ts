import type { FileType } from '../../model/file.ts';

/** A member of an archive, as its header describes it. Nothing here was verified: the archive wrote it. */
export interface ArchiveEntry {
  /** As it is written; bytes that are no UTF-8 stand as `\xNN`. */
  readonly name: string;
  readonly type: FileType;
  /** Bytes of the body. */
  readonly size: number;
  /** Permission bits; undefined where the archive does not tell them. */
  readonly mode?: number;
  /** Target of a link, as written. */
  readonly linkTarget?: string;
  /** Its place in the list of the archive, from 0, where that is not the order in which it is shown. */
  readonly index?: number;
  /** What it takes in the archive cannot be told from what others take. */
  readonly isPackedWithOthers?: boolean;
  readonly isEncrypted?: boolean;
}
