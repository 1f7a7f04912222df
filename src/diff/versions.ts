import type { Package } from '../model/package.ts';
import { askedPurls, packageSubject } from './subject.ts';

/** Versions by package, of those that are installed and of those that files ask for. */
export class Versions {
  readonly installed: ReadonlyMap<string, ReadonlySet<string>>;
  readonly asked: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(packages: readonly Package[]) {
    const only = askedPurls(packages);
    this.installed = versionsOf(packages.filter(isInstalled));
    this.asked = versionsOf(packages.filter(({ purl }) => only.has(purl)));
  }
}

/** Versions by package. */
export function versionsOf(packages: readonly Package[]): ReadonlyMap<string, ReadonlySet<string>> {
  const versions = new Map<string, Set<string>>();
  for (const pkg of packages) {
    const subject = packageSubject(pkg);
    const known = versions.get(subject);
    if (known === undefined) versions.set(subject, new Set([pkg.version]));
    else known.add(pkg.version);
  }
  return versions;
}

/** What a file only asks for is no package of the image. */
export function isInstalled({ evidence }: Package): boolean {
  return evidence === undefined;
}
