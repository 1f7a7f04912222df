import type { FileType } from '../model/file.ts';

/** A file of a file system, as its inode describes it. Nothing here was verified: the image of the file system wrote it. */
export interface FileNode {
  /** Number of the inode: names that have the same one are links to one file. */
  readonly inode: number;
  /** Undefined for a socket, and for what is of no known type. */
  readonly type: Exclude<FileType, 'hardlink'> | undefined;
  /** Bytes of the body; 0 for everything but files. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Target of a symbolic link, as written. */
  readonly linkTarget?: string;
}

/** A name in a folder. */
export interface NamedNode<Node> {
  readonly name: string;
  /** @throws FormatError where the inode cannot be read */
  node(): Node;
}

/**
 * The image of a file system, read at any place and never mounted. All of it may be hostile: each method ends with a
 * FormatError where it is damaged, with a LimitError where it grows to more than its budget.
 */
export interface FileSystem<Node extends FileNode = FileNode> {
  /** What people call it: `SquashFS`. */
  readonly kind: string;
  /** What is to be known of all that is read of it: that the last changes may be missing. */
  readonly notes?: readonly string[];
  root(): Node;
  /** What a folder holds, in the order of the image, without `.` and `..`. */
  entries(folder: Node): Iterable<NamedNode<Node>>;
  /** The body of a file, front to back, in pieces that are valid until the next is asked for. */
  body(file: Node): Iterable<Buffer>;
}

/**
 * Takes bytes that were made, or read, for a file system; throws a LimitError where they are too many.
 * @param what of a `hole` nothing is stored, so that it says nothing of how far data grows: a file with too large ones ends
 *   with a FormatError
 */
export type CountBytes = (bytes: number, what?: 'hole') => void;
