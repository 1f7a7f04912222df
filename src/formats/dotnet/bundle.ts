import { inflateRawSync } from 'node:zlib';
import { FormatError, LimitError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { Fields } from '../executables/fields.ts';

/** What a file of a bundle is (`FileType` of the host). */
export const bundleFile = { unknown: 0, assembly: 1, native: 2, deps: 3, runtimeConfig: 4, symbols: 5 } as const;

/** A file in a program that is an application in one file. */
export interface BundleEntry {
  readonly path: string;
  /** One of `bundleFile`. */
  readonly kind: number;
  readonly offset: number;
  readonly size: number;
  /** 0 where it is not compressed. */
  readonly compressedSize: number;
}

/** SHA-256 that every host of .NET has in its data; the eight bytes in front of it tell where its bundle begins, if it has one. */
const MARK = Buffer.from('8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae', 'hex');

const PIECE = 1024 * 1024;
const MAX_ENTRIES = 50_000;
/** Bytes of the list of files: a path is 4096 bytes at most, and most are some 40. */
const MAX_LIST = 16 * 1024 * 1024;
/** Files that are read of a bundle are assemblies and a list of libraries. */
export const MAX_BUNDLE_FILE: number = 32 * 1024 * 1024;

/**
 * Finds in parts of a program where its bundle begins.
 * @param parts of the file that may hold data; those that end beyond it are cut
 * @returns 0 for a host of .NET without a bundle, undefined for any other program
 */
export function findBundle(
  source: ByteSource,
  parts: Iterable<{ readonly offset: number; readonly size: number }>,
): number | undefined {
  for (const { offset, size } of parts) {
    const end = Math.min(offset + size, source.size);
    for (let at = offset; at < end; at += PIECE) {
      const piece = readBytes(source, at, Math.min(PIECE + MARK.length + 8, end - at));
      const found = piece.indexOf(MARK, 8);
      if (found >= 0) return new Fields(piece).u64(found - 8);
    }
  }
  return undefined;
}

/**
 * Reads which files are in a bundle (major version 1, 2 and 6: .NET Core 3.1, .NET 5, .NET 6 and later).
 * Source: github.com/dotnet/designs, accepted/2020/single-file/design.md; src/native/corehost/bundle/manifest.cpp and
 * header.cpp of github.com/dotnet/runtime.
 * @throws FormatError for what is none, or ends early
 */
export function readBundle(source: ByteSource, start: number): readonly BundleEntry[] {
  if (start >= source.size) throw new FormatError('its bundle begins beyond the end of the file');
  const reader = new BundleReader(readBytes(source, start, Math.min(MAX_LIST, source.size - start)));
  const version = reader.u32();
  reader.skip(4);
  const count = reader.u32();
  if (version !== 1 && version !== 2 && version !== 6) {
    throw new FormatError(`its bundle is of version ${version}, which is not known`, { reason: 'unsupported' });
  }
  if (count > MAX_ENTRIES) throw new FormatError(`its bundle has ${count} files, which is more than any has`);
  reader.text();
  if (version > 1) reader.skip(40); // places of two files, which are in the list too, and flags
  return Array.from({ length: count }, () => {
    const offset = reader.u64();
    const size = reader.u64();
    const compressedSize = version >= 6 ? reader.u64() : 0;
    return { offset, size, compressedSize, kind: reader.u8(), path: reader.text() };
  });
}

/**
 * Content of a file of a bundle.
 * @throws FormatError where it is damaged or lies beyond the end
 * @throws LimitError where it is larger than 32 MiB
 */
export function readBundleFile(source: ByteSource, { path, offset, size, compressedSize }: BundleEntry): Buffer {
  const named = JSON.stringify(path.slice(0, 200));
  if (size > MAX_BUNDLE_FILE) throw new LimitError(`${named} has more than ${MAX_BUNDLE_FILE} bytes`);
  const stored = compressedSize === 0 ? size : compressedSize;
  if (stored > MAX_BUNDLE_FILE) throw new LimitError(`${named} has more than ${MAX_BUNDLE_FILE} bytes`);
  const { bytes } = Fields.read(source, offset, stored, `file ${named} in a bundle`);
  if (compressedSize === 0) return bytes;
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw new FormatError(`${named} is damaged, or larger than stated`, { cause: error });
  }
}

/** Numbers and texts one behind the other, as `System.IO.BinaryWriter` writes them. */
class BundleReader {
  readonly #fields: Fields;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#fields = new Fields(bytes);
  }

  skip(count: number): void {
    this.#at += count;
  }

  u8(): number {
    return this.#fields.u8(this.#at++);
  }

  u32(): number {
    this.#at += 4;
    return this.#fields.u32(this.#at - 4);
  }

  u64(): number {
    this.#at += 8;
    return this.#fields.u64(this.#at - 8);
  }

  /** A length of one or two bytes, of seven bits each, and as much UTF-8. */
  text(): string {
    const low = this.u8();
    const length = low < 0x80 ? low : (low & 0x7f) | (this.u8() << 7);
    const start = this.#at;
    this.#at += length;
    if (low >= 0x80 && length > 0x3fff) throw new FormatError('a path in its bundle is too long');
    if (this.#at > this.#fields.length) throw new FormatError('the list of files in its bundle ends early');
    return this.#fields.bytes.toString('utf8', start, this.#at);
  }
}
