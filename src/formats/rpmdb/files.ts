import { FormatError } from '../../errors.ts';
import { type Integers, MAX_TEXT, type RpmHeader, Tag } from './header.ts';
import type { Report } from './stored-header.ts';

/** Bits of `RpmFile.flags` (rpm, include/rpm/rpmfiles.h). */
export const RpmFileFlag = { Config: 1, Ghost: 64 } as const;

/** A file that a package installed, or would have. */
export interface RpmFile {
  /** As the package names it: absolute. Bytes that are no UTF-8 stand as `\xNN`. */
  readonly path: string;
  /** Digest of its content in hex, in the algorithm of the package; absent for what has no content. */
  readonly digest?: string;
  /** Bits of `RpmFileFlag` and others. */
  readonly flags: number;
  /**
   * What became of it: `normal`; `replaced` by another package's file; `not-installed`, as the documentation that an
   * image leaves out; `net-shared`; `wrong-color`, where the file of another architecture stands instead.
   */
  readonly state: 'normal' | 'replaced' | 'not-installed' | 'net-shared' | 'wrong-color';
}

const stateNames = ['normal', 'replaced', 'not-installed', 'net-shared', 'wrong-color'] as const;

/** The files of a package. Where lists contradict each other, what is sure is told and the rest reported. */
export function* rpmFiles(header: RpmHeader, report: Report): Iterable<RpmFile> {
  const lists = new FileLists(header, report);
  const names = lists.texts(Tag.BaseNames);
  const isWhole = names.length === 0;
  // Packages built before rpm 4 name each file by its whole path, later ones by the place of its directory in a list.
  const paths = isWhole ? lists.texts(Tag.OldFileNames) : names;
  const folders = isWhole ? [] : lists.texts(Tag.DirNames);
  const places = isWhole ? undefined : lists.integers(Tag.DirIndexes);
  const flags = lists.integers(Tag.FileFlags);
  const states = lists.integers(Tag.FileStates);
  const digests = paths.length === 0 ? [] : lists.texts(Tag.FileDigests);
  let lost = 0;
  for (const [i, name] of paths.entries()) {
    const folder = isWhole ? '' : folders[valueAt(places, i) ?? -1];
    if (
      folder === undefined ||
      folder.length + name.length > MAX_TEXT ||
      name.includes('\n') ||
      folder.includes('\n')
    ) {
      lost++;
      continue;
    }
    const digest = digests[i];
    yield {
      path: folder + name,
      flags: valueAt(flags, i) ?? 0,
      state: stateNames[valueAt(states, i) ?? 0] ?? 'normal',
      ...(digest !== undefined && isHex(digest) && { digest: digest.toLowerCase() }),
    };
  }
  if (lost > 0) report(`${lost} of its files have no path that could be`);
}

/** Lists of a header. A damaged one is reported, and what could be read of it used. */
class FileLists {
  readonly #header: RpmHeader;
  readonly #report: Report;

  constructor(header: RpmHeader, report: Report) {
    this.#header = header;
    this.#report = report;
  }

  texts(tag: Tag): readonly string[] {
    const list = this.#try(() => this.#header.texts(tag));
    if (list?.isCut === true) this.#report(`of tag ${tag}, ${list.values.length} values could be read`);
    return list?.values ?? [];
  }

  integers(tag: Tag): Integers | undefined {
    return this.#try(() => this.#header.integers(tag));
  }

  #try<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      this.#report(`what it tells of its files is damaged: ${error.message}`);
      return undefined;
    }
  }
}

function valueAt(list: Integers | undefined, index: number): number | undefined {
  if (list === undefined || index >= list.length) return undefined;
  return list.at(index);
}

/** Digests are written in hex, of SHA-512 at most; directories and links have an empty one. */
function isHex(text: string): boolean {
  return text.length <= 128 && /^[\dA-Fa-f]+$/.test(text);
}
