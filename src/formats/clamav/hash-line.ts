import { FormatError } from '../../errors.ts';
import { decimal, fitsLevel, inert, isHex, type LineOutcome, levelOf, loaded } from './outcome.ts';

export type HashAlgorithm = 'md5' | 'sha1' | 'sha256';

/** A digest of a whole object, of a section of a PE file or of its list of imports. */
export interface HashRecord {
  readonly name: string;
  readonly algorithm: HashAlgorithm;
  /** Hexadecimal, as it was written. */
  readonly digest: string;
  /** Bytes of what was hashed; undefined: of any size. */
  readonly size: number | undefined;
}

/** From this level on engines know hashes without a size, so a line must demand it. */
const ANY_SIZE_LEVEL = 73;
const MAX_SIZE = 0xffff_fffe;

/** `HASH:SIZE:NAME[:MINFL[:MAXFL]]` of .hdb, .hsb, .fp and .sfp. @throws FormatError */
export function readHashLine(line: string): LineOutcome<HashRecord> {
  const fields = split(line);
  return record(fields[0]!, fields[1]!, fields, true);
}

/** `SIZE:HASH:NAME[...]` of .mdb and .msb. @throws FormatError */
export function readSectionLine(line: string): LineOutcome<HashRecord> {
  const fields = split(line);
  return record(fields[1]!, fields[0]!, fields, true);
}

/** `HASH:SIZE:NAME[...]` of .imp: a hash without a size demands nothing there. @throws FormatError */
export function readImportLine(line: string): LineOutcome<HashRecord> {
  const fields = split(line);
  return record(fields[0]!, fields[1]!, fields, false);
}

function split(line: string): string[] {
  const fields = line.split(':', 6);
  if (fields.length < 3 || fields.length > 5) throw new FormatError('a hash has three to five fields');
  return fields;
}

function record(digest: string, size: string, fields: readonly string[], strict: boolean): LineOutcome<HashRecord> {
  const algorithm = algorithmOf(digest);
  const name = fields[2]!;
  if (name === '') throw new FormatError('it has no name');
  const fits = fitsLevel(fields[3], fields[4]);
  let bytes: number | undefined;
  if (size === '*') {
    if (strict && levelOf(fields[3], 0) < ANY_SIZE_LEVEL) {
      throw new FormatError(`a hash of any size must demand level ${ANY_SIZE_LEVEL}`);
    }
  } else {
    bytes = decimal(size, 'the size');
    if (bytes < 1 || bytes > MAX_SIZE) throw new FormatError('the size is out of range');
  }
  if (!fits) return inert('another level');
  return loaded({ name, algorithm, digest, size: bytes });
}

function algorithmOf(digest: string): HashAlgorithm {
  const algorithm = { 32: 'md5', 40: 'sha1', 64: 'sha256' }[digest.length] as HashAlgorithm | undefined;
  if (algorithm === undefined || !isHex(digest)) throw new FormatError('the hash is no MD5, SHA-1 or SHA-256');
  return algorithm;
}
