import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { haskell } from './index.ts';

/** Packages that only we list, by case. */
const explained: Readonly<Record<string, readonly string[]>> = {
  // A constraint without `any.` holds the package to one version as well, where it is a direct dependency.
  'language/haskell/cabal/testdata/valid_2': ['foo@2.4.0.3'],
  // Syft leaves out what comes from a repository, although the lockfile has its version.
  'haskell/testdata/stack.yaml.lock': ['kore@0.60.0.0'],
};

holdsFixturesOf({
  analyzers: haskell.analyzers,
  type: 'hackage',
  listers: [
    ['osv-scalibr-language', 'language/haskell/cabal', 'app/cabal.project.freeze'],
    ['osv-scalibr-language', 'language/haskell/stacklock', 'app/stack.yaml.lock'],
    ['syft', 'haskell', (path) => `app/${path.slice(path.lastIndexOf('/') + 1)}`],
  ],
  explained,
  evidence: (shownAs) => (shownAs.endsWith('stack.yaml') ? 'manifest' : 'lockfile'),
});
