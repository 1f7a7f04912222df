import { FormatError } from '../../errors.ts';
import { parseDescription, parsePackratLock, type RPackage } from '../../formats/r/description.ts';
import { parseRenvLock } from '../../formats/r/renv-lock.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

const DESCRIPTION = 'DESCRIPTION';
/** Where R keeps packages: below a library, each in a folder of its own. */
const LIBRARY = /(?:^|\/)(?:site-)?library\/[^/]+\/DESCRIPTION$/;

/** Reads which packages of R there are: what R itself wrote of those it installed, and sources of others. */
export const rPackages: Analyzer<PackageFact> = {
  name: 'r-packages',
  version: 1,
  names: { exact: [DESCRIPTION] },

  wants(file: FileHeader): Appetite {
    return file.type === 'file' && file.name === DESCRIPTION ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const isLibrary = LIBRARY.test(file.path);
        // Others have files of this name: only one in a library hides something when it cannot be read.
        if (file.header.size > MAX_MANIFEST && !isLibrary) return;
        const found = readTextFile(layer, file, MAX_MANIFEST, (text) => {
          const description = parseDescription(text);
          if (description === undefined && isLibrary) throw new FormatError('it names no package');
          return description;
        });
        if (found !== undefined) {
          packages.add(file.path, recordOf(found, found.built ? undefined : 'manifest'));
        }
      },
      close: () => packages.close(),
    };
  },
};

const RENV = 'renv.lock';
const PACKRAT = 'packrat.lock';
/** What a package published of its developers' lockfile describes nothing of the image. */
const INSTALLED_PACKAGE = /(?:^|\/)(?:site-)?library\/[^/]+\//;

/** Reads which packages lockfiles of renv and packrat name. */
export const rLockfiles: Analyzer<PackageFact> = {
  name: 'r-lockfiles',
  version: 1,
  names: { exact: [RENV, PACKRAT] },
  asked: true,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || (file.name !== RENV && file.name !== PACKRAT)) return Appetite.None;
    return INSTALLED_PACKAGE.test(file.path) ? Appetite.None : textAppetite(file, MAX_LOCKFILE);
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const parse = file.header.name === RENV ? parseRenvLock : parsePackratLock;
        const found = readTextFile(layer, file, MAX_LOCKFILE, parse);
        if (found === undefined) return;
        for (const one of found.packages) packages.add(file.path, recordOf(one, 'lockfile'));
        if (found.unreadable > 0) {
          const message = `${found.unreadable} of its packages have no name or no version and were left out`;
          layer.problem({ code: 'file.format', message, path: file.path });
        }
      },
      close: () => packages.close(),
    };
  },
};

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
