import { type Coordinates, isPart, isVersion } from './coordinates.ts';

/** Folders below which a Maven repository has its layout: ~/.m2/repository, and that of Debian. */
const roots = ['repository', 'maven-repo', 'maven2'];

/**
 * What the place of an archive tells: a Maven repository keeps it as `GROUP/AS/PATH/ARTIFACT/VERSION/ARTIFACT-VERSION.jar`
 * (https://maven.apache.org/repositories/layout.html), Gradle's cache as
 * `modules-2/files-2.1/GROUP/ARTIFACT/VERSION/SHA1/ARTIFACT-VERSION.jar`.
 * @param path of the archive, in the layer or in the archive that holds it
 */
export function repositoryCoordinates(path: string): Coordinates | undefined {
  const parts = path.split('/');
  const file = parts.pop() ?? '';
  return mavenLayout(parts, file) ?? gradleLayout(parts, file);
}

function mavenLayout(folders: readonly string[], file: string): Coordinates | undefined {
  const artifact = folders.at(-2);
  const version = folders.at(-1);
  if (!isPart(artifact) || !isVersion(version) || !startsWith(file, artifact, version)) return undefined;
  const root = folders.findLastIndex((folder) => roots.includes(folder));
  if (root < 0 || root > folders.length - 4) return undefined;
  const group = folders.slice(root + 1, -2).join('.');
  return isPart(group) ? { group, artifact, version } : undefined;
}

function gradleLayout(folders: readonly string[], file: string): Coordinates | undefined {
  const [cache, files, group, artifact, version, digest] = folders.slice(-6);
  if (cache !== 'modules-2' || files === undefined || !files.startsWith('files-') || digest === undefined)
    return undefined;
  if (!isPart(group) || !isPart(artifact) || !isVersion(version)) return undefined;
  return startsWith(file, artifact, version) ? { group, artifact, version } : undefined;
}

/** A snapshot has the moment it was built in place of the word. */
function startsWith(file: string, artifact: string, version: string): boolean {
  if (file.startsWith(`${artifact}-${version}`)) return true;
  return version.endsWith('-SNAPSHOT') && file.startsWith(`${artifact}-${version.slice(0, -'SNAPSHOT'.length)}`);
}
