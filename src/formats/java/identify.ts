import { type ArchiveName, isCompanion, readArchiveName } from './archive-name.ts';
import { type Coordinates, isPart, isVersion } from './coordinates.ts';
import type { JarManifest, ManifestSection } from './jar-manifest.ts';
import { knownGroup, tomcatArtifact } from './known-groups.ts';
import { repositoryCoordinates } from './repository-path.ts';
import { groupOfModuleName, groupOfSymbolicName, isGroup } from './symbolic-name.ts';

/** A package of which Maven left a descriptor in an archive, and in which member. */
export interface DescribedPackage extends Coordinates {
  readonly member: string;
  readonly licences?: readonly string[];
}

/** What is known of an archive once all that matters in it was read. */
export interface ArchiveEvidence {
  /** Path in the layer, or in the archive that holds it: folders tell coordinates, too. */
  readonly path: string;
  readonly manifest?: JarManifest;
  readonly described: readonly DescribedPackage[];
}

/** What an archive is. */
export interface ArchiveIdentity {
  /** The package that the archive itself is. The version is '' where nothing tells it. */
  readonly own?: Coordinates & { readonly licences?: readonly string[] };
  /** How sure that is: a descriptor or a repository says so, or names were put together. */
  readonly certain: boolean;
  /** Packages that were copied into it (shaded). */
  readonly others: readonly DescribedPackage[];
  /** It holds sources, documentation or tests: nothing that runs. */
  readonly companion: boolean;
  /** It is a part of a Java runtime, which is told by its own file. */
  readonly runtime: boolean;
}

/**
 * Says what an archive is, the most certain first: the descriptor that Maven left for it, the repository that it lies in, the
 * attributes of a Jenkins plug-in, a short list of known artifacts, and the manifest with the name of the file. Packages
 * of which it has descriptors besides are contained in it.
 */
export function identifyArchive({ path, manifest, described }: ArchiveEvidence): ArchiveIdentity {
  const main: ManifestSection = manifest?.main ?? new Map();
  const file = path.slice(path.lastIndexOf('/') + 1);
  const stated = statedVersions(manifest);
  const name = readArchiveName(file, [...described.map(({ version }) => version), ...stated]);
  const runtime = main.get('implementation-title') === 'Java Runtime Environment';
  const nothing = { certain: true, others: [], companion: isCompanion(name), runtime };
  if (nothing.companion || runtime) return nothing;
  const mine = ownDescriptor(described, file, name);
  const others = described.filter((one) => one !== mine);
  if (mine !== undefined) return { ...nothing, own: mine, others };
  const placed = repositoryCoordinates(path);
  if (placed !== undefined) return { ...nothing, own: placed, others };
  const plugin = jenkinsPlugin(main);
  if (plugin !== undefined) return { ...nothing, own: plugin, others };
  const guessed = guess(name, stated, manifest);
  return { ...nothing, ...(guessed !== undefined && { own: guessed }), certain: false, others };
}

/** The descriptor of the archive itself: the one that the file is named after, or the only one. */
function ownDescriptor(
  described: readonly DescribedPackage[],
  file: string,
  name: ArchiveName,
): DescribedPackage | undefined {
  const named = described.filter(
    ({ artifact, version }) => name.artifact === artifact || file.startsWith(`${artifact}-${version}`),
  );
  // Two groups may have the artifact: then the version decides, and the first where it does not.
  if (named.length > 0) return named.find(({ version }) => version === name.version) ?? named[0];
  const [only] = described;
  if (described.length === 1 && only !== undefined) {
    // A file of another version is another package, which took this one in.
    return name.version === undefined || `${file}-`.includes(`-${only.version}`) ? only : undefined;
  }
  const similar = described
    .filter(({ version }) => name.version === undefined || file.includes(version))
    .map((one) => ({ one, likeness: likeness(one.artifact, name.artifact) }))
    .sort((a, b) => b.likeness - a.likeness);
  // One that is like no other: a distribution, or whoever packed it, changed the name a little.
  const [best, second] = similar;
  return best !== undefined && best.likeness > 0.6 && best.likeness > (second?.likeness ?? 0) ? best.one : undefined;
}

/** How many of its words an artifact has in common with a name; of two that have all, the longer is more alike. */
function likeness(artifact: string, name: string): number {
  const words = new Set(name.toLowerCase().split(/[-_.]/, 50));
  const own = artifact.toLowerCase().split(/[-_.]/, 50);
  return own.filter((word) => words.has(word)).length / own.length + own.length / 1000;
}

/** maven-hpi-plugin writes these attributes (https://www.jenkins.io/doc/developer/plugin-development/). */
function jenkinsPlugin(main: ManifestSection): Coordinates | undefined {
  const version = main.get('plugin-version')?.split(/[\s(]/, 1)[0];
  const artifact = main.get('short-name') ?? main.get('extension-name');
  const group = main.get('group-id');
  if (!isVersion(version) || !isPart(artifact)) return undefined;
  return { ...(isPart(group) && { group }), artifact, version };
}

/** Versions of the manifest, the most exact first; such as begin with no number are revisions or names. */
function statedVersions(manifest: JarManifest | undefined): readonly string[] {
  if (manifest === undefined) return [];
  const found: string[] = [];
  const sections = [manifest.main, ...manifest.sections];
  for (const key of ['implementation-version', 'bundle-version', 'specification-version']) {
    for (const section of sections) {
      // `1.4 1855 April 22 2006`: what follows is the build.
      const version = section.get(key)?.split(/[\s(]/, 1)[0];
      if (isVersion(version) && /^v?\d/.test(version) && !found.includes(version)) found.push(version);
    }
  }
  return found;
}

function guess(
  name: ArchiveName,
  stated: readonly string[],
  manifest: JarManifest | undefined,
): Coordinates | undefined {
  const main: ManifestSection = manifest?.main ?? new Map();
  const version = name.version ?? stated[0] ?? '';
  if (main.get('implementation-title') === 'Apache Tomcat' && name.version === undefined) {
    return { group: 'org.apache.tomcat', artifact: tomcatArtifact(name.artifact), version };
  }
  const artifact = name.version === undefined ? artifactOf(main, name.artifact) : name.artifact;
  if (!isPart(artifact)) return undefined;
  const group = knownGroup(artifact, version) ?? (manifest && groupOf(manifest, artifact)) ?? groupOfArtifact(artifact);
  return { ...(group !== undefined && { group }), artifact, version };
}

/** A file without a version in its name may have been renamed: the manifest tells better, if it names an artifact. */
function artifactOf(main: ManifestSection, file: string): string {
  for (const key of ['implementation-title', 'specification-title', 'bundle-name']) {
    const title = main.get(key);
    if (!isPart(title) || title !== title.toLowerCase()) continue;
    return title.endsWith(`.${file}`) ? file : title;
  }
  return file;
}

function groupOf({ main }: JarManifest, artifact: string): string | undefined {
  // Gradle's nebula plug-ins write `group#artifact;version`.
  const told = /^([A-Za-z][\w.-]*)#[\w.-]+(?:;|$)/.exec(main.get('implementation-title') ?? '')?.[1];
  if (told !== undefined) return told;
  // Maven writes the group here; others the organisation.
  const vendor = main.get('implementation-vendor-id') ?? '';
  if (isGroup(vendor)) return vendor;
  const [bundle, module, extension] = ['bundle-symbolicname', 'automatic-module-name', 'extension-name'].map(
    (key) => main.get(key)?.split(/[;,\s]/, 1)[0] ?? '',
  ) as [string, string, string];
  const related =
    groupOfSymbolicName(bundle, artifact) ??
    groupOfModuleName(module, artifact) ??
    groupOfSymbolicName(extension, artifact);
  if (related !== undefined) return related;
  // Nothing in common with the artifact. The name of a module is no group then.
  // An extension of the platform is named after what it implements.
  return [bundle, /^javax?\./.test(extension) ? '' : extension].find(isGroup);
}

/** Bundles of Eclipse are named after their group: `org.eclipse.sisu.inject`. */
function groupOfArtifact(artifact: string): string | undefined {
  return /^(?:com|org|net|io|edu|de|fr|uk)\./.test(artifact) ? groupOfSymbolicName(artifact, artifact) : undefined;
}
