import type { Finding } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import { withoutAuthor } from '../model/purl.ts';

/**
 * What a finding is about, whatever version it has and whatever it is called: two findings of two reports are the same if
 * this is equal and they share an id.
 */
export function subjectOf({ kind, package: pkg, location }: Finding): string {
  // A package may move within an image without being another one; anything else is where it was found.
  return pkg === undefined ? `${kind}\0\0${location?.path ?? ''}` : `${kind}\0${withoutVersion(pkg.purl)}`;
}

/** The same of a package, to find it by its findings. */
export function packageSubject({ purl }: Pick<Package, 'purl'>): string {
  return withoutVersion(purl);
}

/** A purl without its version, and without the release of its distribution: an upgrade of that makes no other package. */
function withoutVersion(whole: string): string {
  const purl = withoutAuthor(whole);
  const query = purl.indexOf('?');
  const path = query < 0 ? purl : purl.slice(0, query);
  const version = path.indexOf('@', path.lastIndexOf('/'));
  const qualifiers =
    query < 0
      ? []
      : purl
          .slice(query + 1)
          .split('&')
          .filter((one) => !one.startsWith('distro='));
  return `${version < 0 ? path : path.slice(0, version)}?${qualifiers.join('&')}`;
}

/** Package URLs of what an image only asks for: what is installed as well is not among them. */
export function askedPurls(packages: readonly Package[]): ReadonlySet<string> {
  const asked = new Set<string>();
  for (const { purl, evidence } of packages) if (evidence !== undefined) asked.add(withoutAuthor(purl));
  for (const { purl, evidence } of packages) if (evidence === undefined) asked.delete(withoutAuthor(purl));
  return asked;
}

/** Findings by what they are about, every id they have, and whether it is installed or only asked for. */
export class FindingIndex {
  readonly #byKey = new Map<string, Finding>();

  /** @param asked packages of the same report that are only asked for */
  constructor(findings: readonly Finding[], asked: ReadonlySet<string>) {
    for (const finding of findings) {
      const subject = `${subjectOf(finding)}\0${isAsked(finding, asked)}`;
      for (const id of [finding.id, ...finding.aliases]) {
        const key = `${subject}\0${id}`;
        if (!this.#byKey.has(key)) this.#byKey.set(key, finding);
      }
    }
  }

  /**
   * The finding that is the same as another one, by its own id before its aliases.
   * @param asked packages of the other one's report that are only asked for
   */
  same(finding: Finding, asked: ReadonlySet<string>): Finding | undefined {
    const subject = `${subjectOf(finding)}\0${isAsked(finding, asked)}`;
    for (const id of [finding.id, ...finding.aliases]) {
      const found = this.#byKey.get(`${subject}\0${id}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Whether a finding is about a package that nothing shows to be installed. */
export function isAsked({ package: pkg }: Finding, asked: ReadonlySet<string>): boolean {
  return pkg !== undefined && asked.has(withoutAuthor(pkg.purl));
}
