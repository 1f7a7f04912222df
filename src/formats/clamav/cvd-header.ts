import { FormatError } from '../../errors.ts';
import { decimal, isHex } from './outcome.ts';

/** What a container, or the list in it, says of itself. */
export interface CvdHeader {
  /** As written: `22 Jun 2021 14-58 -0400`. */
  readonly date: string;
  readonly version: number;
  readonly signatures: number;
  /** Functionality level that it is for. */
  readonly level: number;
  /** Hexadecimal MD5 of everything behind the header; `X` where nobody says. */
  readonly md5: string;
  /** Coded signature of the MD5; `X` where there is none. */
  readonly signature: string;
  readonly builder: string;
  /** Seconds since 1970; undefined where nobody says. */
  readonly time: number | undefined;
}

export const HEADER_BYTES = 512;
const MAGIC = 'ClamAV-VDB';
const ABSENT = 'X';

/**
 * Reads `ClamAV-VDB:DATE:VERSION:SIGNATURES:LEVEL:MD5:SIGNATURE:BUILDER:UNIXTIME`, padded with blanks.
 * @throws FormatError
 */
export function parseCvdHeader(text: string): CvdHeader {
  const fields = text.trimEnd().split(':');
  if (fields[0] !== MAGIC) throw new FormatError('it is no container of ClamAV');
  if (fields.length < 8 || fields.length > 9) throw new FormatError('the header lacks fields');
  const [, date, version, signatures, level, md5, signature, builder, time] = fields as string[];
  if (md5 !== ABSENT && (md5!.length !== 32 || !isHex(md5!)))
    throw new FormatError('the MD5 of the header is malformed');
  return {
    date: date!,
    version: decimal(version!, 'the version'),
    signatures: decimal(signatures!, 'the number of signatures'),
    level: decimal(level!, 'the level'),
    md5: md5!,
    signature: signature!,
    builder: builder!,
    time: time === undefined || time === '' ? undefined : decimal(time, 'the time'),
  };
}

/** What the list of a container names. */
export interface CvdInfo {
  readonly header: CvdHeader;
  readonly files: ReadonlyMap<string, { readonly size: number; readonly sha256: string }>;
  /** What is signed. */
  readonly signed: Uint8Array;
  /** Coded signature; undefined where there is none. */
  readonly signature: string | undefined;
}

const MAX_INFO = 1024 * 1024;

/** Reads the list: the header once more, `FILE:SIZE:SHA256` for each file, `DSIG:` and the signature. @throws FormatError */
export function parseCvdInfo(bytes: Buffer): CvdInfo {
  if (bytes.length > MAX_INFO) throw new FormatError('the list of files is too long');
  const text = bytes.toString('latin1');
  const mark = text.startsWith('DSIG:') ? 0 : text.indexOf('\nDSIG:') + 1;
  const signature = mark > 0 ? text.slice(mark + 5).trim() : undefined;
  const signed = mark > 0 ? bytes.subarray(0, mark) : bytes;
  const [first = '', ...rest] = (mark > 0 ? text.slice(0, mark) : text).split('\n');
  const files = new Map<string, { size: number; sha256: string }>();
  for (const line of rest) {
    if (line.trim() === '') continue;
    const [name = '', size = '', sha256 = '', ...more] = line.trim().split(':');
    if (name === '' || more.length > 0 || sha256.length !== 64 || !isHex(sha256)) {
      throw new FormatError('a line of the list of files is malformed');
    }
    files.set(name, { size: decimal(size, 'the size of a file'), sha256: sha256.toLowerCase() });
  }
  return { header: parseCvdHeader(first), files, signed, signature };
}
