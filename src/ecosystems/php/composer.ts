import { type ComposerPackages, parseComposerInstalled, parseComposerLock } from '../../formats/php/composer.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, readTextFile, textAppetite } from '../../packages/text-file.ts';

/** Composer keeps it in the folder of this name in its folder of packages, which a project may name as it likes. */
const INSTALLED = 'composer/installed.json';
/** What a package published of its own lockfile is of its developers, and describes nothing of the image. */
const INSTALLED_PACKAGE = /(?:^|\/)vendor\/[^/]+\/[^/]+\//;

/** Reads which packages Composer has installed. */
export const composerInstalled: Analyzer<PackageFact> = {
  name: 'composer-installed',
  version: 1,
  names: { exact: ['installed.json'] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.name !== 'installed.json') return Appetite.None;
    const start = file.path.length - INSTALLED.length;
    const isComposers = start >= 0 && file.path.endsWith(INSTALLED) && (start === 0 || file.path[start - 1] === '/');
    return isComposers ? textAppetite(file, MAX_LOCKFILE) : Appetite.None;
  },

  open: (layer) => reader(layer, parseComposerInstalled, {}),
};

/** Reads which packages lockfiles of Composer name. */
export const composerLock: Analyzer<PackageFact> = {
  name: 'composer-lock',
  version: 1,
  names: { exact: ['composer.lock'] },
  asked: true,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.name !== 'composer.lock' || INSTALLED_PACKAGE.test(file.path))
      return Appetite.None;
    return textAppetite(file, MAX_LOCKFILE);
  },

  open: (layer) => reader(layer, parseComposerLock, { evidence: 'lockfile' }),
};

function reader(
  layer: LayerContext,
  parse: (text: string) => ComposerPackages,
  evidence: Pick<PackageRecord, 'evidence'>,
): LayerReader<PackageFact> {
  const packages = new PackageFacts(layer);
  return {
    read(file) {
      packages.begin(file);
      const found = readTextFile(layer, file, MAX_LOCKFILE, parse);
      if (found === undefined) return;
      for (const { name, version, licences, requires, development, sha1 } of found.packages) {
        packages.add(file.path, {
          type: 'composer',
          name,
          version,
          ...evidence,
          ...(development && { groups: ['dev'] }),
          ...(licences.length > 0 && { licences }),
          ...(requires.length > 0 && { requires }),
          ...(sha1 !== undefined && { hashes: { sha1 } }),
        });
      }
      if (found.unreadable > 0) {
        const message = `${found.unreadable} of its packages have no name or no version and were left out`;
        layer.problem({ code: 'file.format', message, path: file.path });
      }
    },
    close: () => packages.close(),
  };
}
