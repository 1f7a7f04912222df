import type { ObservedPort, PackageInUse } from '../../model/observation.ts';
import { compareText } from '../../model/order.ts';
import { type PackageUse, packageUses } from '../../model/package-use.ts';
import { observedPackage, type PackagePlaces } from '../package-places.ts';
import type { FileUse } from './touched-files.ts';

/** Files of a package that are named. */
const NAMED = 10;

interface Used {
  readonly package: { readonly name: string; readonly version: string; readonly purl: string };
  use: PackageUse;
  readonly files: Set<string>;
}

/**
 * The packages that a run used, the heaviest use first. A package that is not there was not seen, which says nothing of the
 * next run.
 * @param used paths as the kernel told them
 */
export function packagesInUse(
  used: ReadonlyMap<string, FileUse>,
  ports: readonly ObservedPort[],
  places: PackagePlaces,
): readonly PackageInUse[] {
  const packages = new Map<string, Used>();
  const add = (one: Used['package'], use: PackageUse, file: string | undefined): void => {
    let known = packages.get(one.purl);
    if (known === undefined) {
      known = { package: one, use, files: new Set() };
      packages.set(one.purl, known);
    }
    if (packageUses.indexOf(use) < packageUses.indexOf(known.use)) known.use = use;
    if (file !== undefined) known.files.add(file);
  };
  for (const [path, use] of used) {
    // A configuration that the run wrote anew is still that of its package, a program is not.
    if (use !== 'opened' && places.isReplaced(path)) continue;
    const owner = places.owner(path);
    if (owner !== undefined) add(owner, use, path);
    // What is linked into a program, or is its archive, runs with it and is not the program.
    for (const one of places.languages(path)) add(one, use === 'executed' ? 'loaded' : use, path);
  }
  for (const { package: one, executable } of ports) {
    if (one !== undefined) add(one, 'listening', executable);
  }
  return [...packages.values()]
    .map(({ package: one, use, files }) => ({
      ...observedPackage(one),
      use,
      files: [...files].sort(compareText).slice(0, NAMED),
      count: files.size,
    }))
    .sort(
      (a, b) =>
        packageUses.indexOf(a.use) - packageUses.indexOf(b.use) ||
        compareText(a.name, b.name) ||
        compareText(a.purl, b.purl),
    );
}
