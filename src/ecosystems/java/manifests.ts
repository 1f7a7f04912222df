import { FormatError, LimitError } from '../../errors.ts';
import { mavenName } from '../../formats/java/coordinates.ts';
import { type LockedArtifact, parseGradleLock } from '../../formats/java/gradle-lock.ts';
import { parseGradleVerification } from '../../formats/java/gradle-verification.ts';
import { type Pom, parsePom } from '../../formats/java/pom.ts';
import { parseVersionCatalog } from '../../formats/java/version-catalog.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { wantedBy } from './projects.ts';

const MiB = 1024 * 1024;
const MAX_MANIFEST = 4 * MiB;
const MAX_LOCKFILE = 32 * MiB;
/** Project files of one layer that are held until all are there: parents may come after their children. */
const MAX_PROJECTS = 10_000;
const MAX_PROJECT_BYTES = 256 * MiB;

type Kind = 'project' | 'lockfile' | 'verification' | 'catalogue';

/** Reads what build files of Maven and Gradle ask for. */
export const javaManifests: Analyzer<PackageFact> = {
  name: 'java-manifests',
  version: 1,
  asked: true,

  names: {
    exact: ['pom.xml', 'verification-metadata.xml'],
    ends: ['.versions.toml', '.lockfile'],
  },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file') return Appetite.None;
    const { name } = file;
    const last = name.charCodeAt(name.length - 1);
    // `pom.xml`, `libs.versions.toml`; `gradle.lockfile`.
    if (last !== 0x6c && last !== 0x65) return Appetite.None;
    const kind = kindOf(file);
    if (kind === undefined) return Appetite.None;
    return file.size > limitOf(kind) ? Appetite.Header : Appetite.Body;
  },

  open: (layer) => new Manifests(layer),
};

function kindOf({ name, path, archive }: FileHeader): Kind | undefined {
  if (archive !== undefined) return undefined;
  // One that Maven left in an archive describes what that is.
  if (name === 'pom.xml') return path.includes('META-INF/maven/') ? undefined : 'project';
  if (name === 'verification-metadata.xml') return 'verification';
  if (name.endsWith('.versions.toml')) return 'catalogue';
  if (name === 'gradle.lockfile' || name === 'buildscript-gradle.lockfile') return 'lockfile';
  return name.endsWith('.lockfile') && path.includes('gradle/dependency-locks/') ? 'lockfile' : undefined;
}

function limitOf(kind: Kind): number {
  return kind === 'lockfile' || kind === 'verification' ? MAX_LOCKFILE : MAX_MANIFEST;
}

class Manifests implements LayerReader<PackageFact> {
  readonly #layer: LayerContext;
  readonly #facts: PackageFacts;
  readonly #projects = new Map<string, Pom>();
  #projectBytes = 0;

  constructor(layer: LayerContext) {
    this.#layer = layer;
    this.#facts = new PackageFacts(layer);
  }

  read(file: LayerFile): void {
    const { path, header } = file;
    const kind = kindOf(header);
    if (kind === undefined) return;
    this.#facts.begin(file);
    this.#projects.delete(path);
    if (header.size > limitOf(kind) || file.truncated) {
      const message = `it is larger than the ${limitOf(kind) / MiB} MiB that are read of such a file, and was left out`;
      this.#layer.problem({ code: 'file.too-large', message, path });
      return;
    }
    try {
      this.#readAs(kind, path, file.content);
    } catch (error) {
      if (!(error instanceof FormatError) && !(error instanceof LimitError)) throw error;
      this.#layer.problem({ code: 'file.format', message: error.message, path });
    }
  }

  close(): readonly PackageFact[] {
    for (const path of this.#projects.keys()) {
      for (const { version, groups, ...name } of wantedBy(path, this.#projects)) {
        this.#add(path, { name: mavenName(name), version, evidence: 'manifest', ...(groups.length > 0 && { groups }) });
      }
    }
    return this.#facts.close();
  }

  #readAs(kind: Kind, path: string, content: Uint8Array): void {
    if (kind === 'project') this.#project(path, content);
    else if (kind === 'verification') this.#verification(path, content);
    else if (kind === 'catalogue') {
      for (const { version, ...name } of parseVersionCatalog(textOf(content))) {
        this.#add(path, { name: mavenName(name), version, evidence: 'manifest' });
      }
    } else this.#lockfile(path, content);
  }

  #project(path: string, content: Uint8Array): void {
    this.#projectBytes += content.length;
    if (this.#projects.size >= MAX_PROJECTS || this.#projectBytes > MAX_PROJECT_BYTES) {
      throw new LimitError(`it is one of more than ${MAX_PROJECTS} project files, and was left out`);
    }
    this.#projects.set(path, parsePom(content));
  }

  #verification(path: string, content: Uint8Array): void {
    const { components, passedOver } = parseGradleVerification(content);
    for (const { version, hashes, ...name } of components) {
      this.#add(path, { name: mavenName(name), version, evidence: 'lockfile', ...(hashes && { hashes }) });
    }
    this.#passedOver(path, passedOver, 'components have no group or no name');
  }

  #lockfile(path: string, content: Uint8Array): void {
    const { artifacts, passedOver } = parseGradleLock(textOf(content));
    for (const artifact of artifacts) {
      const groups = groupsOf(artifact);
      const { version } = artifact;
      this.#add(path, { name: mavenName(artifact), version, evidence: 'lockfile', ...(groups && { groups }) });
    }
    this.#passedOver(path, passedOver, 'lines are none of a lockfile');
  }

  #passedOver(path: string, count: number, what: string): void {
    if (count > 0) this.#layer.problem({ code: 'file.format', message: `${count} ${what}, and were left out`, path });
  }

  #add(path: string, record: Omit<PackageRecord, 'type'>): void {
    this.#facts.add(path, { type: 'maven', ...record });
  }
}

/** Used by tests alone. */
function groupsOf({ configurations }: LockedArtifact): readonly string[] | undefined {
  return configurations.length > 0 && configurations.every((name) => /^test[A-Z]|[a-z0-9]Test[A-Z]/.test(name))
    ? ['test']
    : undefined;
}

function textOf(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
}
