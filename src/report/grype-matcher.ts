import { parsePackageUrl } from '../formats/package-url.ts';
import type { Finding } from '../model/finding.ts';
import type { Package } from '../model/package.ts';

/** Grype's matchers by type of package URL (anchore/grype, grype/match/matcher_type.go). */
const matchers: ReadonlyMap<string, string> = new Map([
  ['deb', 'dpkg-matcher'],
  ['rpm', 'rpm-matcher'],
  ['apk', 'apk-matcher'],
  ['alpm', 'pacman-matcher'],
  ['ebuild', 'portage-matcher'],
  ['npm', 'javascript-matcher'],
  ['pypi', 'python-matcher'],
  ['maven', 'java-matcher'],
  ['golang', 'go-module-matcher'],
  ['gem', 'ruby-gem-matcher'],
  ['cargo', 'rust-matcher'],
  ['nuget', 'dotnet-matcher'],
  ['hex', 'hex-matcher'],
  ['bitnami', 'bitnami-matcher'],
]);

/** Readers take kinds of packages from it; what no matcher there is for, the one for all else has. */
export function grypeMatcher({ package: named }: Finding, pkg: Package | undefined): string {
  const type = pkg?.type ?? parsePackageUrl(named?.purl ?? '')?.type ?? '';
  return matchers.get(type) ?? 'stock-matcher';
}
