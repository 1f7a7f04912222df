import { type FileHandle, open } from 'node:fs/promises';

/** Bytes that are made while they are written. */
export interface TarStream {
  readonly size: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What becomes a member of an archive: a folder, or a file with bytes of its own or those of a file of this machine. */
export interface TarEntry {
  /** Path without a slash in front, at most 100 bytes of ASCII. */
  readonly path: string;
  readonly type: 'file' | 'directory';
  readonly mode: number;
  readonly content?: Uint8Array | { readonly file: string } | TarStream;
  /** Owner; root where it is not given. */
  readonly uid?: number;
  readonly gid?: number;
}

const BLOCK = 512;
const PIECE = 256 * 1024;

/**
 * Writes an archive of the format that every engine takes (POSIX.1-2017, pax, "ustar Interchange Format"), one piece at a
 * time: of no file more than a piece is in memory. The same entries give the same bytes.
 * @throws RangeError for a path that the header cannot hold; Error where a file cannot be read or changes meanwhile, and
 * where a stream has another size than it says
 */
export async function* writeTar(
  entries: Iterable<TarEntry> | AsyncIterable<TarEntry>,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const entry of entries) {
    if (entry.type === 'directory') yield header(entry, 0);
    else if (entry.content === undefined) yield header(entry, 0);
    else if (entry.content instanceof Uint8Array) {
      yield header(entry, entry.content.length);
      yield entry.content;
      yield padding(entry.content.length);
    } else if ('bytes' in entry.content) yield* streamMember(entry, entry.content);
    else yield* fileMember(entry, entry.content.file);
  }
  yield new Uint8Array(2 * BLOCK);
}

async function* streamMember(entry: TarEntry, { size, bytes }: TarStream): AsyncGenerator<Uint8Array, void, void> {
  yield header(entry, size);
  let done = 0;
  for await (const piece of bytes) {
    done += piece.length;
    if (done > size) break;
    yield piece;
  }
  if (done !== size) throw new Error(`${entry.path} has not the ${size} bytes that were announced`);
  yield padding(size);
}

async function* fileMember(entry: TarEntry, file: string): AsyncGenerator<Uint8Array, void, void> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    yield header(entry, size);
    yield* pieces(handle, file, size);
    yield padding(size);
  } finally {
    await handle.close();
  }
}

async function* pieces(handle: FileHandle, file: string, size: number): AsyncGenerator<Uint8Array, void, void> {
  for (let done = 0; done < size; ) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE, size - done));
    const { bytesRead } = await handle.read(piece, 0, piece.length, done);
    if (bytesRead === 0) throw new Error(`${file} became shorter while it was read`);
    done += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

function padding(size: number): Uint8Array {
  return new Uint8Array(-size & (BLOCK - 1));
}

function header(entry: TarEntry, size: number): Uint8Array {
  const name = entry.type === 'directory' ? `${entry.path}/` : entry.path;
  if (name.length > 100 || !/^[\x21-\x7e]+$/.test(name) || name.startsWith('/')) {
    throw new RangeError(`an archive cannot hold a member of the name ${JSON.stringify(entry.path)}`);
  }
  const block = Buffer.alloc(BLOCK);
  const octal = (at: number, width: number, value: number): void => {
    block.write(value.toString(8).padStart(width - 1, '0'), at, width - 1, 'latin1');
  };
  block.write(name, 0, 'latin1');
  octal(100, 8, entry.mode);
  octal(108, 8, entry.uid ?? 0);
  octal(116, 8, entry.gid ?? 0);
  if (size < 8 ** 11) octal(124, 12, size);
  // What octal digits cannot hold stands in binary, which the first bit tells (GNU tar, "Basic Tar Format").
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  octal(136, 12, 0);
  block.write('        ', 148, 'latin1');
  block.write(entry.type === 'directory' ? '5' : '0', 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
