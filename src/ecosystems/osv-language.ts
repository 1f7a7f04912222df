import { type OsvLanguage, osvLanguageFeed } from '../feeds/osv-language.ts';
import { osvNamespace } from '../formats/osv/namespace.ts';
import type { Namespace } from '../model/advisory.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { Feed } from '../model/feed.ts';
import type { VersionScheme } from '../model/version-scheme.ts';

/** Who collects most records on packages of languages. */
export const GITHUB_LICENCE = 'CC-BY 4.0, GitHub';

type Database = Omit<OsvLanguage, 'compare' | 'packageName'>;

/** What a language says of itself that is judged by databases of OSV. */
interface Parts
  extends Pick<Ecosystem, 'id' | 'displayName' | 'types' | 'analyzers' | 'advisoryName'>,
    Partial<Pick<Ecosystem, 'namespaces'>> {
  readonly osv: Database;
  /** Databases with fewer records, in which the same names count. */
  readonly others?: readonly Database[];
  readonly versions: VersionScheme;
}

/** A language, with its first feed. */
export interface OsvEcosystem extends Ecosystem {
  readonly osv: Feed;
}

/** A language whose packages are judged by OSV: on what is wrong with one, and on what is wrong altogether (`malicious:`). */
export function osvLanguage({ osv, others = [], versions, ...parts }: Parts): OsvEcosystem {
  const { advisoryName } = parts;
  const feedOf = (database: Database): Feed =>
    osvLanguageFeed({
      ...database,
      compare: versions.compare,
      ...(advisoryName !== undefined && { packageName: advisoryName }),
    });
  const own = languageNamespaces(osvNamespace(osv.ecosystem) ?? '');
  const feed = feedOf(osv);
  return { namespaces: () => own, ...parts, osv: feed, feeds: [feed, ...others.map(feedOf)], versions: () => versions };
}

/** Where advisories on a package of a language stand. */
export function languageNamespaces(name: string): readonly Namespace[] {
  return [name, `malicious:${name}`];
}

/** For names that differ by more than case. */
export function lowerCase(name: string): string {
  return name.toLowerCase();
}
