/** A package as Portage names it: `Getopt-Long` 2.580.0-r1. */
export interface PortageName {
  readonly name: string;
  /** With its revision. */
  readonly version: string;
}

/** PMS 3.2 without the revision: numbers, a letter, suffixes. Digits end at a dot, a letter or the end: linear. */
const VERSION = /^\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*$/;
const REVISION = /^r\d+$/;
/** Longest that is looked at. */
const MAX_NAME = 255;

/**
 * Divides `PF`, as directories of `var/db/pkg/CATEGORY/` are called: `NAME-VERSION[-rN]` (Package Manager Specification,
 * 3.1.2, 3.2 and 11.1). No name ends with what could be a version, so that the last one counts.
 * @returns undefined where it has no name or no version
 */
export function parsePortageName(text: string): PortageName | undefined {
  if (text.length > MAX_NAME) return undefined;
  const parts = text.split('-');
  const revision = parts.length > 2 && REVISION.test(parts.at(-1) ?? '') ? `-${parts.pop()}` : '';
  const version = parts.pop() ?? '';
  const name = parts.join('-');
  if (!VERSION.test(version) || !/^[A-Za-z0-9_][\w+-]*$/.test(name)) return undefined;
  return { name, version: version + revision };
}

/** Files of a package, and their MD5 digests. */
export interface PortageContents {
  /** Paths without a leading slash, one a line; directories, which belong to many, are left out. */
  readonly files: string;
  /** `hex  path` lines. */
  readonly md5: string;
}

/**
 * Reads `CONTENTS`: `obj PATH MD5 MTIME`, `sym PATH -> TARGET MTIME`, `dir PATH` (portage(5), VDB). Paths may have blanks;
 * lines of other kinds are passed over.
 */
export function parsePortageContents(text: string): PortageContents {
  const files: string[] = [];
  const md5: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('obj /')) {
      const end = line.lastIndexOf(' ', line.lastIndexOf(' ') - 1);
      const path = line.slice(5, end);
      const digest = line.slice(end + 1, end + 33);
      if (end < 5 || path === '') continue;
      files.push(path);
      if (/^[0-9a-f]{32}$/.test(digest)) md5.push(`${digest}  ${path}`);
    } else if (line.startsWith('sym /')) {
      const end = line.indexOf(' -> ');
      if (end > 5) files.push(line.slice(5, end));
    }
  }
  return { files: files.join('\n'), md5: md5.join('\n') };
}
