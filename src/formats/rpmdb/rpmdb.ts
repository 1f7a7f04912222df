import { LimitError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { BDB_HASH_MAGIC, BDB_MAGIC_POSITION, readBdbHeaders } from './bdb.ts';
import { NDB_MAGIC, readNdbHeaders } from './ndb.ts';
import { type RpmPackage, readRpmPackage } from './package.ts';
import { readSqliteHeaders, SQLITE_MAGIC } from './sqlite.ts';
import type { Report, StoredHeader } from './stored-header.ts';

export interface RpmdbOptions {
  /** The write-ahead file of a database of SQLite, where one stands beside it. */
  readonly writeAhead?: ByteSource;
  /** Packages that are read; the rest is reported. Default: 100,000. */
  readonly maxPackages?: number;
  /** Takes at most 20 sentences on what could not be read, the last of which counts the rest. */
  report(message: string): void;
}

const MAX_PACKAGES = 100_000;
const MAX_REPORTS = 20;
/** A database that is damaged in more places is read no further: each place costs time. */
const MAX_DAMAGE = 10_000;
const HEAD = 16;

/**
 * The packages of an rpm database, whatever its form: SQLite (`rpmdb.sqlite`), rpm's own (`Packages.db`) or a hash of
 * Berkeley DB in either byte order (`Packages`). The first bytes tell the form. Nothing is held but one package;
 * signatures are not checked, so that a package is listed that rpm itself hides. Never throws for bad bytes: what
 * cannot be read is reported, and the rest is read.
 */
export function* readRpmdb(source: ByteSource, options: RpmdbOptions): Iterable<RpmPackage> {
  const { writeAhead, maxPackages = MAX_PACKAGES } = options;
  let reports = 0;
  const note: Report = (message) => {
    if (++reports < MAX_REPORTS) options.report(message);
  };
  const report: Report = (message) => {
    note(message);
    if (reports > MAX_DAMAGE) throw new LimitError('it is damaged in so many places that the rest was not read');
  };
  try {
    let packages = 0;
    for (const stored of readHeaders(source, writeAhead, report)) {
      if (packages === maxPackages) {
        options.report(`only its first ${maxPackages} packages were read`);
        break;
      }
      const pkg = readRpmPackage(stored, note);
      if (pkg === undefined) {
        if (reports > MAX_DAMAGE) report('a package was left out');
        continue;
      }
      packages++;
      yield pkg;
    }
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    options.report(error.message);
  }
  if (reports >= MAX_REPORTS) options.report(`${reports - MAX_REPORTS + 1} more like these`);
}

function readHeaders(source: ByteSource, writeAhead: ByteSource | undefined, report: Report): Iterable<StoredHeader> {
  const head = Buffer.alloc(HEAD);
  const got = source.read(head, 0);
  if (head.equals(SQLITE_MAGIC)) return readSqliteHeaders(source, writeAhead, report);
  if (head.subarray(0, NDB_MAGIC.length).equals(NDB_MAGIC)) return readNdbHeaders(source, report);
  const magic = [head.readUInt32LE(BDB_MAGIC_POSITION), head.readUInt32BE(BDB_MAGIC_POSITION)];
  if (magic.includes(BDB_HASH_MAGIC)) return readBdbHeaders(source, report);
  report(got === 0 ? 'it is empty' : 'it has no form that an rpm database has');
  return [];
}
