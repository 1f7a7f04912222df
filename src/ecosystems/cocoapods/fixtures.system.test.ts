import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { cocoapods } from './index.ts';

const isInstalled = (path: string): boolean => path.endsWith('Manifest.lock');

holdsFixturesOf({
  analyzers: cocoapods.analyzers,
  type: 'cocoapods',
  listers: ['app/Podfile.lock', 'app/Pods/Manifest.lock'].flatMap((path) => [
    ['osv-scalibr-language', 'language/swift/podfilelock', path] as const,
    ['syft', 'swift', path] as const,
  ]),
  where: ({ lister, path }) => lister !== 'swift' || path.endsWith('Podfile.lock'),
  evidence: (path) => (isInstalled(path) ? undefined : 'lockfile'),
  problem: (path) => (isInstalled(path) ? 'file.format' : 'lockfile.unreadable'),
});
