import { FormatError } from '../../errors.ts';
import { type RpmFile, rpmFiles } from './files.ts';
import { RpmHeader, Tag } from './header.ts';
import type { Report, StoredHeader } from './stored-header.ts';

/** A package as an rpm database states it. */
export interface RpmPackage {
  readonly name: string;
  /** Absent where the package has none, which compares as 0. */
  readonly epoch?: number;
  readonly version: string;
  readonly release?: string;
  readonly arch?: string;
  /** File name of the source package: `bash-5.1.8-1.cm2.src.rpm`. */
  readonly sourceRpm?: string;
  /** Module stream that it was built for: `name:stream:version:context`. */
  readonly modularityLabel?: string;
  readonly vendor?: string;
  readonly licence?: string;
  /** Bytes of its files. */
  readonly size?: number;
  /** Algorithm of the digests of its files. */
  readonly digestAlgorithm: 'md5' | 'sha256' | 'other';
  /** How many files it may list at most: what reading them costs. */
  readonly mostFiles: number;
  /** Its files. To be asked for before the next package is. */
  files(): Iterable<RpmFile>;
}

/** Numbers of digest algorithms (RFC 4880, section 9.4); a package without the tag uses MD5. */
const algorithms: ReadonlyMap<number, RpmPackage['digestAlgorithm']> = new Map([
  [1, 'md5'],
  [8, 'sha256'],
]);

/** Reads a header; undefined where name or version cannot be read: then there is no package to speak of. */
export function readRpmPackage({ number, bytes }: StoredHeader, report: Report): RpmPackage | undefined {
  let name: string | undefined;
  let version: string | undefined;
  let header: RpmHeader;
  try {
    header = new RpmHeader(bytes);
    name = header.text(Tag.Name);
    version = header.text(Tag.Version);
    if (name === undefined || name === '') throw new FormatError('it has no name');
    if (version === undefined || version === '') throw new FormatError(`it (${name}) has no version`);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    report(`package ${number} was left out: ${error.message}`);
    return undefined;
  }
  const tell: Report = (message) => report(`package ${number} (${name}): ${message}`);
  if (header.isCut) tell('its header breaks off');
  const fields = new Fields(header, tell);
  const algorithm = fields.integer(Tag.FileDigestAlgorithm) ?? 1;
  const { epoch, ...rest } = {
    epoch: fields.integer(Tag.Epoch),
    release: fields.text(Tag.Release),
    arch: fields.text(Tag.Arch),
    sourceRpm: fields.text(Tag.SourceRpm),
    modularityLabel: fields.text(Tag.ModularityLabel),
    vendor: fields.text(Tag.Vendor),
    licence: fields.text(Tag.Licence),
    size: fields.integer(Tag.LongSize) ?? fields.integer(Tag.Size),
  };
  return {
    name,
    ...(epoch !== undefined && { epoch }),
    version,
    ...told(rest),
    digestAlgorithm: algorithms.get(algorithm) ?? 'other',
    mostFiles: header.most(Tag.BaseNames) || header.most(Tag.OldFileNames),
    files: () => rpmFiles(header, tell),
  };
}

/** Fields that a package can do without: a damaged one is reported and counts as absent. */
class Fields {
  readonly #header: RpmHeader;
  readonly #report: Report;

  constructor(header: RpmHeader, report: Report) {
    this.#header = header;
    this.#report = report;
  }

  text(tag: Tag): string | undefined {
    return this.#try(() => this.#header.text(tag));
  }

  integer(tag: Tag): number | undefined {
    return this.#try(() => this.#header.integer(tag));
  }

  #try<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#report(error.message);
      return undefined;
    }
  }
}

type Told<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is absent. */
function told<T extends object>(values: T): Told<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
  ) as Told<T>;
}
