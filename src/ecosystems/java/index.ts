import { languageNamespaces } from '../../feeds/osv-language.ts';
import { mavenVersions } from '../../formats/versions/maven.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { javaArchives } from './archives.ts';
import { javaOsv } from './feed.ts';
import { javaManifests } from './manifests.ts';
import { javaRuntimes } from './runtimes.ts';

/** Java: Java packages of an image, judged by OSV. */
export const java: Ecosystem = {
  id: 'java',
  displayName: 'Java',
  types: ['maven'],
  analyzers: [javaArchives, javaManifests, javaRuntimes],
  feeds: [javaOsv],
  namespaces: () => languageNamespaces('maven'),
  versions: () => mavenVersions,
};
