import { parseGhcPackage } from '../../formats/haskell/ghc-package.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_MANIFEST } from '../../packages/text-file.ts';

/** Folders of package databases: those of GHC, of Cabal's store, of Stack. */
const DATABASE = /(?:^|\/)(?:package\.conf\.d|package\.db|pkgdb|packages\.conf\.d)$/;

/** Reads which libraries of Haskell are installed for a compiler. */
export const ghcPackages = packageFiles({
  name: 'ghc-packages',
  version: 1,
  within: (directory) => /[bd]$/.test(directory) && DATABASE.test(directory),
  where: ({ name, path }) => name.endsWith('.conf') && DATABASE.test(path.slice(0, path.length - name.length - 1)),
  maximum: MAX_MANIFEST,
  read(text) {
    const { name, version, licence, requires } = parseGhcPackage(text);
    return [
      {
        type: 'hackage',
        name,
        version,
        ...(licence !== undefined && { licences: [licence] }),
        ...(requires.length > 0 && { requires }),
      },
    ];
  },
});
