import { parseGhcPackage } from '../../formats/haskell/ghc-package.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

/** Folders of package databases: those of GHC, of Cabal's store, of Stack. */
const DATABASE = /(?:^|\/)(?:package\.conf\.d|package\.db|pkgdb|packages\.conf\.d)$/;

/** Reads which libraries of Haskell are installed for a compiler. */
export const ghcPackages: Analyzer<PackageFact> = {
  name: 'ghc-packages',
  version: 1,
  within: (directory) => /[bd]$/.test(directory) && DATABASE.test(directory),

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !file.name.endsWith('.conf')) return Appetite.None;
    const folder = file.path.slice(0, file.path.length - file.name.length - 1);
    return DATABASE.test(folder) ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const found = readTextFile(layer, file, MAX_MANIFEST, parseGhcPackage);
        if (found === undefined) return;
        const { name, version, licence, requires } = found;
        packages.add(file.path, {
          type: 'hackage',
          name,
          version,
          ...(licence !== undefined && { licences: [licence] }),
          ...(requires.length > 0 && { requires }),
        });
      },
      close: () => packages.close(),
    };
  },
};
