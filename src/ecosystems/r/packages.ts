import { FormatError } from '../../errors.ts';
import { parseDescription, parsePackratLock, type RPackage } from '../../formats/r/description.ts';
import { parseRenvLock } from '../../formats/r/renv-lock.ts';
import type { PackageRecord } from '../../model/fact.ts';
import { packageFiles, tellLeftOut } from '../../packages/package-files.ts';
import { MAX_LOCKFILE, MAX_MANIFEST } from '../../packages/text-file.ts';

/** Where R keeps packages: below a library, each in a folder of its own. */
const LIBRARY = /(?:^|\/)(?:site-)?library\/[^/]+\/DESCRIPTION$/;

/** Reads which packages of R there are: what R itself wrote of those it installed, and sources of others. */
export const rPackages = packageFiles({
  name: 'r-packages',
  version: 1,
  exact: ['DESCRIPTION'],
  // Others have files of this name: only one in a library hides something when it cannot be read.
  where: ({ size, path }) => size <= MAX_MANIFEST || LIBRARY.test(path),
  maximum: MAX_MANIFEST,
  read(text, { path }) {
    const found = parseDescription(text);
    if (found !== undefined) return [recordOf(found, found.built ? undefined : 'manifest')];
    if (LIBRARY.test(path)) throw new FormatError('it names no package');
    return [];
  },
});

const RENV = 'renv.lock';
/** What a package published of its developers' lockfile describes nothing of the image. */
const INSTALLED_PACKAGE = /(?:^|\/)(?:site-)?library\/[^/]+\//;

/** Reads which packages lockfiles of renv and packrat name. */
export const rLockfiles = packageFiles({
  name: 'r-lockfiles',
  version: 1,
  exact: [RENV, 'packrat.lock'],
  asked: true,
  where: ({ path }) => !INSTALLED_PACKAGE.test(path),
  maximum: MAX_LOCKFILE,
  read(text, file, layer) {
    const { packages, unreadable } = (file.header.name === RENV ? parseRenvLock : parsePackratLock)(text);
    tellLeftOut(layer, file, unreadable);
    return packages.map((one) => recordOf(one, 'lockfile'));
  },
});

function recordOf(
  { name, version, collection, licences, requires, md5 }: RPackage,
  evidence: PackageRecord['evidence'],
): PackageRecord {
  return {
    type: collection,
    name,
    version,
    ...(evidence !== undefined && { evidence }),
    ...(licences.length > 0 && { licences }),
    ...(requires.length > 0 && { requires }),
    ...(md5 !== undefined && { hashes: { md5 } }),
  };
}
