import type { ByteSource } from './bytes.ts';

/**
 * What a tar header says a member is. `hardlink` members have no bytes of their own;
 * `whiteout` is a character device 0:0, by which overlay file systems mark a removed file.
 */
export type FileType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character' | 'block' | 'fifo' | 'whiteout';

/** One member of a layer, as its header describes it. Nothing here was verified: the image wrote it. */
export interface FileHeader {
  /** Normalised: no leading slash, no `.` or `..` parts; bytes that are no UTF-8 stand as `\xNN`. The root is ''. */
  readonly path: string;
  /** Last part of `path`. */
  readonly name: string;
  readonly type: FileType;
  /** Bytes of the body; 0 for everything but files. */
  readonly size: number;
  /** Permission bits with setuid, setgid and sticky (0o7777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Target of a symlink or hardlink, as written. */
  readonly linkTarget?: string;
  /** Hex text of the `security.capability` attribute, if the member carries one. */
  readonly capabilities?: string;
  /** Position of the body in the uncompressed layer, in bytes; of a file in a folder, the number of its inode. */
  readonly offset: number;
  /** A sparse member stores only parts of its body; its content is not materialised. */
  readonly sparse?: boolean;
  /** The name, as it is written, begins with a slash. Only whoever walks an archive is told: no index of a layer keeps it. */
  readonly absolute?: boolean;
  /**
   * Path of the archive that holds it, where it is no member of a layer but one of an archive. `path` is then
   * `ARCHIVE!/MEMBER`, and ARCHIVE itself has that form where archives are nested.
   */
  readonly archive?: string;
  /** What that archive says of it. Only those who walk archives are told. */
  readonly member?: ArchiveMember;
}

/** An archive, or a compressed stream, whose members are shown. Nothing here was verified. */
export interface ArchiveAround {
  /** What it was opened as. */
  readonly kind:
    | 'zip'
    | 'tar'
    | 'cpio'
    | 'ar'
    | 'rpm'
    | '7z'
    | 'cab'
    | 'gzip'
    | 'bzip2'
    | 'xz'
    | 'zstd'
    | 'lzma'
    | 'git-pack'
    | 'git-object';
  /** The file that it is, or stands in: the object that analyzers were shown. */
  readonly file: FileHeader;
  /** Its first bytes, up to `AROUND_BYTES`. */
  readonly head: Uint8Array;
  /** Bytes of it; undefined of what comes out of a stream, before that ended. */
  readonly size: number | undefined;
  /** Bytes of the file in front of it: it stands behind a program, or a picture. Only of one that is a file. */
  readonly start: number;
  /** What it lies in: the archive that the file is a member of, or the stream that it was compressed to. */
  readonly around?: ArchiveAround;
}

/** Bytes of the head of an archive that tell the forms of one kind apart (of tar, of cpio). */
export const AROUND_BYTES = 512;

/** What an archive says of a member, for those who judge by that. Nothing here was verified: the archive wrote it. */
export interface ArchiveMember {
  readonly archive: ArchiveAround;
  /** The whole name, as it is written. */
  readonly name: string;
  readonly type: FileType;
  /** Its place among all that the archive lists, directories among them; from 0. */
  readonly index: number;
  /** Plain files that come before it. */
  readonly files: number;
  /** Bytes of it, as claimed, links among that. */
  readonly size: number;
  /** Bytes that it takes in the archive; undefined where it was packed together with others. */
  readonly packedSize: number | undefined;
  readonly encrypted: boolean;
  /** Checksum and number of the method, of zip archives. */
  readonly crc?: number;
  readonly method?: number;
}

/** A member of this name prefix removes the file named by the rest (OCI image specification, "Layer Filesystem Changeset"). */
export const WHITEOUT_PREFIX = '.wh.';
/** A member of this name hides everything that lower layers have in its directory. */
export const OPAQUE_MARKER = '.wh..wh..opq';

/**
 * What an analyzer wants of a file: a bit set.
 * Bits join: a file is read once, for the union of what all analyzers want.
 */
export const Appetite = {
  /** Nothing: the file is skipped. */
  None: 0,
  /** The header alone: `read` is called without content. */
  Header: 1,
  /** The first `HEAD_BYTES` bytes. */
  Head: 2,
  /** The whole body, bounded by `limits.bodyBytes`. */
  Body: 4,
  /**
   * The whole body at any place (`LayerFile.body`), of any size up to `limits.randomBytes`: for databases that are
   * read in pages. It costs no memory in a layer that can be read at any place.
   */
  Random: 8,
  /**
   * The whole body at any place (`LayerFile.body`), of any size up to `limits.randomBytes`, during `read` alone:
   * for programs and other large files of which little is looked at. Nothing is kept of it afterwards. Where
   * `Analyzer.begins` says no to its first bytes, it is not read at all.
   */
  Whole: 16,
  /**
   * Its members, where it is a zip archive: each is offered to the analyzer as a file of its own, which may be an archive
   * in turn. The archive itself is shown first, as for `Header`, and more bits may be set for it.
   */
  Members: 32,
  /** The same of every kind of archive that can be read, compressed files among them: their first bytes tell. */
  AnyMembers: 64,
} as const;

export type Appetite = number;

/** Bytes of a file that `Appetite.Head` brings. */
export const HEAD_BYTES = 4096;

/** A file of one layer that an analyzer asked for. `content` is valid during `read` only: the buffer may be used again. */
export interface LayerFile {
  /** Path and name are those of a link that led here, in the second pass; the rest is the link's target's. */
  readonly header: FileHeader;
  /** The path the analyzer knows it by: `header.path`. */
  readonly path: string;
  /** What was wanted: up to `HEAD_BYTES` or `limits.bodyBytes` bytes; empty for `Appetite.Header` and `Appetite.Random`. */
  readonly content: Uint8Array;
  /**
   * The body of a file wanted with `Appetite.Random`, valid until the reader was closed, or with `Appetite.Whole`,
   * valid during `read`.
   */
  readonly body?: ByteSource;
  /** True when the file is longer than `content` or `body`, although the whole was wanted. */
  readonly truncated: boolean;
}
