import {
  type BigIntStats,
  closeSync,
  constants,
  lstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ANY_PLACE, type BodySink, type TarVisitor } from '../formats/tar/visitor.ts';
import { type FileHeader, type FileType, WHITEOUT_PREFIX } from '../model/file.ts';
import type { LayerContent, LayerWalkOptions, WalkResult } from './content.ts';

/** Members between two pauses, in which signals and timers get their turn. */
const PAUSE_EVERY = 1024;

/** Bytes of a large file that are read at a time. */
const PIECE = 1024 * 1024;

/**
 * A root file system that lies unpacked in a folder, seen as one layer. Links are never followed: they are members,
 * as they are in an archive. Order is by name, so that two runs see the same.
 */
export class FolderLayer implements LayerContent {
  readonly size = 0;
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async walk(visitor: TarVisitor, options: LayerWalkOptions): Promise<WalkResult> {
    const pending = [''];
    let entries = 0;
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      options.signal?.throwIfAborted();
      const subfolders: string[] = [];
      for (const name of this.#names(folder, visitor)) {
        if (++entries > options.limits.entries) {
          visitor.problem('layer.limit', `more than ${options.limits.entries} members`);
          return { bytes: 0 };
        }
        if (entries % PAUSE_EVERY === 0) {
          await setImmediate();
          options.signal?.throwIfAborted();
        }
        if (name.startsWith(WHITEOUT_PREFIX))
          visitor.problem(
            'file.unreadable',
            'its name means a removal in a layer; it was not looked at',
            `${folder}/${name}`,
          );
        const member = folder === '' ? name : `${folder}/${name}`;
        const { type, pending } = this.#visit(member, visitor);
        if (type === 'directory') subfolders.push(member);
        if (pending !== undefined) await pending;
      }
      for (const subfolder of subfolders.reverse()) pending.push(subfolder);
    }
    return { bytes: 0 };
  }

  #names(folder: string, visitor: TarVisitor): string[] {
    try {
      const names: string[] = [];
      const open = opendirSync(path.join(this.#root, folder));
      try {
        for (let entry = open.readSync(); entry !== null; entry = open.readSync()) names.push(entry.name);
      } finally {
        open.closeSync();
      }
      return names.sort();
    } catch (error) {
      visitor.problem('file.unreadable', reason(error), folder);
      return [];
    }
  }

  #visit(member: string, visitor: TarVisitor): Visited {
    const file = path.join(this.#root, member);
    let header: FileHeader | undefined;
    try {
      header = describe(member, file, lstatSync(file, { bigint: true }));
    } catch (error) {
      visitor.problem('file.unreadable', reason(error), member);
      return {};
    }
    if (header === undefined) return {};
    let pending: Promise<void> | undefined;
    const wish = visitor.member(header);
    if (wish !== 0 && header.type === 'file') {
      try {
        if (wish === ANY_PLACE) pending = readPieces(file, header.size, visitor.pieces?.(header)) ?? undefined;
        else visitor.content(header, readHead(file, Math.min(wish, header.size)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === undefined) throw error;
        visitor.problem('file.unreadable', reason(error), member);
      }
    }
    return { type: header.type, ...(pending !== undefined && { pending }) };
  }
}

/** What a member is, and what the visitor is still doing with its body. */
interface Visited {
  readonly type?: FileType;
  readonly pending?: Promise<void>;
}

function describe(member: string, file: string, stats: BigIntStats): FileHeader | undefined {
  const type = typeOf(stats);
  if (type === undefined) return undefined; // a socket: no image holds one
  const linkTarget = type === 'symlink' ? readlinkSync(file) : undefined;
  return {
    path: member,
    name: path.basename(member),
    type,
    size: type === 'file' ? Number(stats.size) : 0,
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    // A file of a folder stands where its inode says: as good a name as the place in an archive.
    offset: type === 'file' ? Number(stats.ino) : 0,
    ...(linkTarget !== undefined && { linkTarget }),
  };
}

function typeOf(stats: BigIntStats): FileType | undefined {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isCharacterDevice()) return stats.rdev === 0n ? 'whiteout' : 'character';
  if (stats.isBlockDevice()) return 'block';
  return stats.isFIFO() ? 'fifo' : undefined;
}

/** Reads the beginning of a file; a link that took its place meanwhile is not followed, and nothing blocks. */
function readHead(file: string, length: number): Buffer {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const target = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const got = readSync(descriptor, target, done, length - done, done);
      if (got === 0) break;
      done += got;
    }
    return target.subarray(0, done);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a file from end to end, as far as its size said that it goes. */
function readPieces(file: string, size: number, sink: BodySink | undefined): void | Promise<void> {
  if (sink === undefined) return;
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  let pending: void | Promise<void>;
  try {
    const piece = Buffer.allocUnsafe(Math.min(size, PIECE));
    for (let done = 0; done < size; ) {
      const got = readSync(descriptor, piece, 0, Math.min(piece.length, size - done), done);
      if (got === 0) break;
      sink.write(piece.subarray(0, got));
      done += got;
    }
  } finally {
    closeSync(descriptor);
    pending = sink.end();
  }
  return pending;
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EACCES' || code === 'EPERM'
    ? 'no permission to read it'
    : `it cannot be read (${code ?? 'unknown'})`;
}
