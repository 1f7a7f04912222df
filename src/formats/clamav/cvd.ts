import { createHash } from 'node:crypto';
import { FormatError, LimitError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import type { CompressionLimits } from '../compression/budget.ts';
import { decompress } from '../compression/decompress.ts';
import { TarParser } from '../tar/push.ts';
import type { TarVisitor } from '../tar/visitor.ts';
import { type CvdHeader, type CvdInfo, HEADER_BYTES, parseCvdHeader, parseCvdInfo } from './cvd-header.ts';
import { type CvdKeys, clamavKeys } from './cvd-keys.ts';
import { verifiesDigest, verifiesText } from './cvd-signature.ts';

/** Budgets of one container. */
export interface CvdLimits extends CompressionLimits {
  readonly files: number;
  /** Bytes of one file in it. */
  readonly fileBytes: number;
}

const MiB = 1024 * 1024;
export const defaultCvdLimits: CvdLimits = {
  layerBytes: 8 * 1024 * MiB,
  ratio: 200,
  ratioFloorBytes: 64 * MiB,
  files: 1000,
  fileBytes: 1024 * MiB,
};

export interface CvdOptions {
  /** The public keys of the ClamAV project, unless others are given. */
  readonly keys?: CvdKeys;
  /** Takes containers that nobody signed (.cud), too. */
  readonly unsigned?: boolean;
  readonly limits?: CvdLimits;
  readonly signal?: AbortSignal;
}

/** What was read of a container. */
export interface Cvd {
  readonly header: CvdHeader;
  /** What shows that it is whole and whose it is. */
  readonly proofs: readonly ('header' | 'list')[];
}

/** Takes a file of a container, whose digest is right. The bytes are valid during the call. */
export type TakeCvdFile = (name: string, bytes: Buffer) => void;

type Kind = 'cvd' | 'cld' | 'cud';

/**
 * Reads a container: its header and checksum, its archive, the list in it and its signature, sizes and digests of its files.
 * Of a .cld, which an update tool has patched, the signature of the list counts alone; a .cud is taken only when the options
 * say so. Files are handed on as they come, which is before the last of them was verified: what was made of them must be
 * thrown away where this throws.
 * @param name its ending says which kind it is
 * @throws FormatError for what is damaged, not signed by the keys, or not as its list says
 * @throws LimitError where it grows beyond its budget
 */
export async function readCvd(
  source: ByteSource,
  name: string,
  take: TakeCvdFile,
  options: CvdOptions = {},
): Promise<Cvd> {
  const kind = kindOf(name);
  const keys = options.keys ?? clamavKeys;
  if (kind === 'cud' && options.unsigned !== true) throw new FormatError('it is not signed');
  const headerBytes = readBytes(source, 0, HEADER_BYTES);
  if (headerBytes.length < HEADER_BYTES) throw new FormatError('it is cut short', { reason: 'truncated' });
  const header = parseCvdHeader(headerBytes.toString('latin1'));
  const content = source.slice(HEADER_BYTES, source.size - HEADER_BYTES);
  if (kind === 'cvd') verifyHeader(content, header, keys);
  const info = await readFiles(content, header, take, options);
  if (kind !== 'cud') verifyInfo(info, keys);
  return { header, proofs: kind === 'cvd' ? ['header', 'list'] : kind === 'cld' ? ['list'] : [] };
}

function kindOf(name: string): Kind {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  if (ending !== 'cvd' && ending !== 'cld' && ending !== 'cud') throw new FormatError('it is no container of ClamAV');
  return ending;
}

const PIECE = MiB;

function verifyHeader(content: ByteSource, header: CvdHeader, keys: CvdKeys): void {
  const hash = createHash('md5');
  const piece = Buffer.allocUnsafe(Math.min(PIECE, content.size));
  for (let at = 0; at < content.size; ) {
    const got = content.read(piece, at);
    if (got === 0) throw new FormatError('it is cut short', { reason: 'truncated' });
    hash.update(piece.subarray(0, got));
    at += got;
  }
  const md5 = hash.digest();
  if (md5.toString('hex') !== header.md5.toLowerCase()) throw new FormatError('the checksum of its header is wrong');
  if (!verifiesDigest(header.signature, md5, keys.header)) {
    throw new FormatError('the signature of its header is wrong, or of another key');
  }
}

function verifyInfo(info: CvdInfo, keys: CvdKeys): void {
  if (info.signature === undefined || !verifiesText(info.signature, info.signed, keys.info)) {
    throw new FormatError('the signature of its list of files is wrong, or of another key');
  }
}

async function readFiles(
  content: ByteSource,
  header: CvdHeader,
  take: TakeCvdFile,
  options: CvdOptions,
): Promise<CvdInfo> {
  const limits = options.limits ?? defaultCvdLimits;
  const files = new FileCheck(header, take, limits);
  const tar = new TarParser(files, {
    limits: { entries: limits.files, headerBytes: 64 * 1024, layerBytes: limits.layerBytes },
  });
  // An archive that is not compressed begins with the name of its first member.
  if (readBytes(content, 0, 7).toString('latin1') === 'COPYING') {
    for (let at = 0; at < content.size && !tar.ended; at += PIECE) tar.push(readBytes(content, at, PIECE));
  } else {
    const stop = options.signal === undefined ? {} : { signal: options.signal };
    await decompress(content, 'gzip', (piece) => tar.push(piece), { limits, ...stop });
  }
  tar.end();
  return files.end();
}

/** Holds every member of the archive against the list. */
class FileCheck implements TarVisitor {
  readonly #header: CvdHeader;
  readonly #take: TakeCvdFile;
  readonly #limits: CvdLimits;
  readonly #seen = new Map<string, string>();
  readonly #sizes = new Map<string, number>();
  #info: CvdInfo | undefined;

  constructor(header: CvdHeader, take: TakeCvdFile, limits: CvdLimits) {
    this.#header = header;
    this.#take = take;
    this.#limits = limits;
  }

  member({ path, type, size }: Parameters<TarVisitor['member']>[0]): number {
    if (type !== 'file') throw new FormatError('it holds something that is no file');
    if (path.includes('/') || path === '') throw new FormatError('a name in it has a slash');
    if (size > this.#limits.fileBytes)
      throw new LimitError(`a file in it has more than ${this.#limits.fileBytes} bytes`);
    if (size === 0) this.#file(path, Buffer.alloc(0));
    return size;
  }

  content({ path, size }: Parameters<TarVisitor['content']>[0], content: Buffer): void {
    if (content.length < size) throw new FormatError('it is cut short', { reason: 'truncated' });
    this.#file(path, content);
  }

  problem(code: string, message: string): void {
    throw code === 'layer.limit' ? new LimitError(message) : new FormatError(message);
  }

  end(): CvdInfo {
    const info = this.#info;
    if (info === undefined) throw new FormatError('it has no list of files');
    for (const [name, { sha256, size }] of info.files) {
      if (this.#seen.get(name) !== sha256 || this.#sizes.get(name) !== size) {
        throw new FormatError('a file in it differs from its list, or is missing');
      }
    }
    for (const name of this.#seen.keys()) if (!info.files.has(name)) throw new FormatError('its list lacks a file');
    return info;
  }

  #file(name: string, bytes: Buffer): void {
    if (name === 'COPYING') return;
    if (name.endsWith('.info')) {
      if (this.#info !== undefined) throw new FormatError('it has two lists of files');
      this.#info = parseCvdInfo(Buffer.from(bytes));
      this.#compare(this.#info.header);
      return;
    }
    if (this.#seen.has(name)) throw new FormatError('it holds a file twice');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#seen.set(name, sha256);
    this.#sizes.set(name, bytes.length);
    const listed = this.#info?.files.get(name);
    if (this.#info !== undefined && (listed?.sha256 !== sha256 || listed.size !== bytes.length)) {
      throw new FormatError(listed === undefined ? 'its list lacks a file' : 'a file in it differs from its list');
    }
    this.#take(name, bytes);
  }

  /** The header was written after the list: they must speak of the same. */
  #compare(list: CvdHeader): void {
    const { version, signatures, level, time } = this.#header;
    const same =
      version === list.version && signatures === list.signatures && level === list.level && time === list.time;
    if (!same) throw new FormatError('its header and its list differ');
  }
}
