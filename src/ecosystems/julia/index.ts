import { languageNamespaces } from '../../feeds/osv-language.ts';
import { juliaVersions } from '../../formats/versions/julia.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { juliaOsv } from './feed.ts';
import { juliaPackages, juliaProjects } from './packages.ts';

/** Julia: packages of depots and of Julia itself in an image, judged by OSV. */
export const julia: Ecosystem = {
  id: 'julia',
  displayName: 'Julia',
  types: ['julia'],
  analyzers: [juliaPackages, juliaProjects],
  feeds: [juliaOsv],
  namespaces: () => languageNamespaces('julia'),
  versions: () => juliaVersions,
};
