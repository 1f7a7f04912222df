import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { ComparisonStep, VersionScheme } from '../../model/version-scheme.ts';

/**
 * Versions of Homebrew: the upstream version, and behind `_` how often the formula was rebuilt for it (Homebrew's documentation of
 * PkgVersion and Version). Parts are compared as rpm does, with these differences: zeros at the end make none, `alpha`, `beta`,
 * `pre` and `rc` are before the version itself, and HEAD is behind everything.
 */
export const homebrewVersions: VersionScheme = {
  id: 'homebrew',
  compare: (a, b) => rpmVersions.compare(asRpm(a), asRpm(b)),
  explain: (a, b): readonly ComparisonStep[] => rpmVersions.explain(asRpm(a), asRpm(b)),
};

function asRpm(version: string): string {
  const [, upstream = version, revision = '0'] = /^(.*)_(\d{1,9})$/s.exec(version) ?? [];
  if (/^HEAD(?:-|$)/.test(upstream)) return `1:${upstream}-${revision}`;
  const main = upstream.replace(/[-_.]?(alpha|beta|pre|rc)/gi, '~$1').replace(/(?:\.0{1,20}){1,20}(?=$|~)/, '');
  return `${main.replaceAll('-', '.')}-${revision}`;
}
