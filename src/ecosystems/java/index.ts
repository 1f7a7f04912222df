import { mavenVersions } from '../../formats/versions/maven.ts';
import { GITHUB_LICENCE, osvLanguage } from '../osv-language.ts';
import { javaArchives } from './archives.ts';
import { javaManifests } from './manifests.ts';
import { javaRuntimes } from './runtimes.ts';

/** Java: Java packages of an image, judged by OSV. */
export const java = osvLanguage({
  id: 'java',
  displayName: 'Java',
  types: ['maven'],
  analyzers: [javaArchives, javaManifests, javaRuntimes],
  osv: {
    ecosystem: 'Maven',
    name: 'maven',
    title: 'Java packages',
    licence: GITHUB_LICENCE,
  },
  versions: mavenVersions,
});
