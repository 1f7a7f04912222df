import { semverVersions } from '../../formats/versions/semver.ts';
import type { VersionScheme } from '../../model/version-scheme.ts';

/**
 * Versions of what is in a component, without the revision of Bitnami's build: advisories name `17.2.0`, and `17.2.0-8` is no
 * version before it.
 */
export const bitnamiVersions: VersionScheme = {
  id: 'semver',
  compare: (a, b) => semverVersions.compare(withoutRevision(a), withoutRevision(b)),
  explain: (a, b) => semverVersions.explain(withoutRevision(a), withoutRevision(b)),
};

function withoutRevision(version: string): string {
  return version.replace(/-r?\d{1,6}$/, '');
}
