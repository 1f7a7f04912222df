import { parsePackageResolved, parseWorkspaceState, type SwiftPackages } from '../../formats/swift/pins.ts';
import type { LayerContext } from '../../model/analyzer.ts';
import type { PackageRecord } from '../../model/fact.ts';
import type { LayerFile } from '../../model/file.ts';
import { packageFiles, tellLeftOut } from '../../packages/package-files.ts';
import { MAX_LOCKFILE } from '../../packages/text-file.ts';

/** Folders of what was fetched for a project: what its authors resolved. */
const FETCHED = /(?:^|\/)(?:\.build\/checkouts|SourcePackages\/checkouts|\.swiftpm\/cache)\//;

/** Reads what the Swift package manager has fetched for a project. */
export const swiftPackages = packageFiles({
  name: 'swift-packages',
  version: 1,
  exact: ['workspace-state.json'],
  where: ({ path }) => !FETCHED.test(path),
  maximum: MAX_LOCKFILE,
  read: (text, file, layer) => recordsOf(parseWorkspaceState(text), {}, file, layer),
});

/** Reads which packages of Swift a project asks for. */
export const swiftResolved = packageFiles({
  name: 'swift-resolved',
  version: 1,
  exact: ['Package.resolved'],
  asked: true,
  where: ({ path }) => !FETCHED.test(path),
  maximum: MAX_LOCKFILE,
  read: (text, file, layer) => recordsOf(parsePackageResolved(text), { evidence: 'lockfile' }, file, layer),
});

function recordsOf(
  { packages, unreadable }: SwiftPackages,
  evidence: Pick<PackageRecord, 'evidence'>,
  file: LayerFile,
  layer: LayerContext,
): readonly PackageRecord[] {
  tellLeftOut(layer, file, unreadable, 'packages have no name or a version that is none,');
  return packages.map(({ name, version }) => ({ type: 'swift', name, version, ...evidence }));
}
