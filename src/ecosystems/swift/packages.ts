import { parsePackageResolved, parseWorkspaceState, type SwiftPackages } from '../../formats/swift/pins.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, readTextFile, textAppetite } from '../../packages/text-file.ts';

/** Folders of what was fetched for a project: what its authors resolved. */
const FETCHED = /(?:^|\/)(?:\.build\/checkouts|SourcePackages\/checkouts|\.swiftpm\/cache)\//;

/** Reads what the Swift package manager has fetched for a project. */
export const swiftPackages: Analyzer<PackageFact> = {
  name: 'swift-packages',
  version: 1,
  names: { exact: ['workspace-state.json'] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.name !== 'workspace-state.json') return Appetite.None;
    return FETCHED.test(file.path) ? Appetite.None : textAppetite(file, MAX_LOCKFILE);
  },

  open: (layer) => reader(layer, parseWorkspaceState, {}),
};

/** Reads which packages of Swift a project asks for. */
export const swiftResolved: Analyzer<PackageFact> = {
  name: 'swift-resolved',
  version: 1,
  names: { exact: ['Package.resolved'] },
  asked: true,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.name !== 'Package.resolved') return Appetite.None;
    return FETCHED.test(file.path) ? Appetite.None : textAppetite(file, MAX_LOCKFILE);
  },

  open: (layer) => reader(layer, parsePackageResolved, { evidence: 'lockfile' }),
};

function reader(
  layer: LayerContext,
  parse: (text: string) => SwiftPackages,
  evidence: Pick<PackageRecord, 'evidence'>,
): LayerReader<PackageFact> {
  const packages = new PackageFacts(layer);
  return {
    read(file) {
      packages.begin(file);
      const found = readTextFile(layer, file, MAX_LOCKFILE, parse);
      if (found === undefined) return;
      for (const { name, version } of found.packages) {
        packages.add(file.path, { type: 'swift', name, version, ...evidence });
      }
      if (found.unreadable > 0) {
        const message = `${found.unreadable} of its packages have no name or a version that is none, and were left out`;
        layer.problem({ code: 'file.format', message, path: file.path });
      }
    },
    close: () => packages.close(),
  };
}
