import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { findEnds } from '../zip/end-record.ts';

/** What the directory of an archive lists, as far as it decides how to go on with the archive. */
export interface ArchiveContents {
  readonly classes: boolean;
  /** Maven left a descriptor in it. */
  readonly described: boolean;
  /** Other archives stand in it. */
  readonly archives: boolean;
}

/** Bytes of a directory that are looked at: some 300,000 members. */
const MAX_DIRECTORY = 32 * 1024 * 1024;

/**
 * Looks for kinds of names in the directory of a zip archive (PKWARE APPNOTE 6.3.10, 4.3.12), without reading it entry by
 * entry: who walks the archive does that, and says what is wrong with it. Undefined for what has no directory.
 */
export function archiveContents(archive: ByteSource): ArchiveContents | undefined {
  const [end] = findEnds(archive);
  if (end === undefined) return undefined;
  const directory = readBytes(archive, end.start, Math.min(end.limit - end.start, MAX_DIRECTORY));
  const lists = (name: string): boolean => directory.includes(name, 0, 'latin1');
  return {
    classes: lists('.class'),
    described: lists('pom.properties') || lists('/pom.xml'),
    archives: lists('.jar') || lists('.war'),
  };
}
