import { withJudgedOwners } from '../match/owners.ts';
import { buildOf } from '../match/versions.ts';
import { watcher } from '../match/watch.ts';
import { distributionTypes, type Ecosystem, languageOf } from '../model/ecosystem.ts';
import type { Package } from '../model/package.ts';
import type { Report } from '../model/report.ts';
import type { ReportSummary, ScannedImage } from '../store/image-shelf.ts';
import type { PackageVersion } from '../store/package-version.ts';
import type { StoredNamespace } from '../store/stored-namespace.ts';

/** How versions of packages of a type are written, in Clair's words. */
const formats: Readonly<Record<string, string>> = { deb: 'dpkg', apk: 'dpkg', rpm: 'rpm' };

/**
 * What the store keeps of a report: all but what advisories say, which changes while the image does not.
 * @param programs which packages its programs belong to, as `ImagePrograms` writes it
 */
export function scannedImage(
  report: Report,
  scanned: Date,
  ecosystems: readonly Ecosystem[],
  programs?: Uint8Array,
): ScannedImage {
  const { image } = report;
  const namespaces = new Map<string, StoredNamespace>();
  const packages = new Map<string, PackageVersion>();
  // Of owners that their distribution never spoke of it is known only later, and by each moment's advisories.
  const watchOf = watcher({ ...(image.distribution && { distribution: image.distribution }) }, ecosystems);
  for (const pkg of withJudgedOwners(report.packages, watchOf, distributionTypes(ecosystems))) {
    // What the package that owns it says counts; what is only asked for need not be there, and of what nobody published
    // nobody publishes advisories.
    if (pkg.ownedBy !== undefined || pkg.evidence !== undefined || pkg.application !== undefined) continue;
    const version = packageVersion(pkg, ecosystems);
    packages.set(JSON.stringify(version), version);
    const { namespace: name } = version;
    if (!namespaces.has(name)) namespaces.set(name, { name, versionFormat: formats[pkg.type] ?? '' });
  }
  const { distribution } = image;
  const document: Report = {
    ...report,
    findings: report.findings.filter(({ kind }) => kind !== 'vulnerability'),
    advisories: { feeds: [], starter: false },
  };
  const isChecked = hasCheckedDigests(report);
  return {
    ...(isChecked && image.digest !== undefined && { digest: image.digest }),
    ...(isChecked && image.id !== undefined && { configuration: image.id }),
    ...(programs !== undefined && { programs }),
    ...(image.platform !== undefined && { platform: image.platform }),
    ...(distribution !== undefined && { distribution: `${distribution.id}:${distribution.version}` }),
    scanned,
    layers: image.layers.map(({ digest, diffId, index }) => digest ?? diffId ?? `layer ${index}`),
    packages: [...packages.values()],
    namespaces: [...namespaces.values()],
    document: JSON.stringify(document),
    summary: summaryOf(document),
  };
}

/**
 * With one of them a layer is another one than the configuration says, or only somebody says that it is that one. What could not be
 * read to its end is not among them: it is shown as not complete, and never instead of a scan that is.
 */
const unchecked: ReadonlySet<string> = new Set(['image.digest-mismatch', 'image.config-unreadable', 'sbom.source']);

/**
 * Whether nothing that was read is other than what the digests stand for. What runs is shown as the image with its digests, so that
 * whoever may submit images could choose what others are shown as: bills of materials only claim theirs, and an archive may bring
 * the configuration of one image and the layers of another.
 */
function hasCheckedDigests({ image: { layers }, problems }: Report): boolean {
  return (
    layers.length > 0 &&
    layers.every(({ diffId }) => diffId !== undefined) &&
    !problems.some(({ code }) => unchecked.has(code))
  );
}

function summaryOf({ coverage, findings, image: { distribution } }: Report): ReportSummary {
  const kinds: Record<string, number> = {};
  for (const { kind } of findings) kinds[kind] = (kinds[kind] ?? 0) + 1;
  const endOfLife = distribution?.endOfLife;
  return { complete: coverage.complete, ...(endOfLife !== undefined && { endOfLife }), kinds };
}

/**
 * Packages of languages stand in the namespace of their type, and have the name that advisories give them: by it they
 * are found when one changes.
 */
function packageVersion(pkg: Package, ecosystems: readonly Ecosystem[]): PackageVersion {
  const { version, type, distribution, source } = pkg;
  const language = distribution === undefined ? languageOf(type, ecosystems) : undefined;
  const name = language?.advisoryName?.(pkg.name) ?? pkg.name;
  return { namespace: distribution ?? type, name, version, ...(source !== undefined && { source }), ...buildOf(pkg) };
}
