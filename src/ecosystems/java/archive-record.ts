import { createHash } from 'node:crypto';
import { readBytes } from '../../formats/byte-source.ts';
import { type ArchiveContents, archiveContents } from '../../formats/java/archive-contents.ts';
import { readArchiveName } from '../../formats/java/archive-name.ts';
import { type Coordinates, mavenName } from '../../formats/java/coordinates.ts';
import { type DescribedPackage, identifyArchive } from '../../formats/java/identify.ts';
import type { JarManifest } from '../../formats/java/jar-manifest.ts';
import { repositoryCoordinates } from '../../formats/java/repository-path.ts';
import type { ByteSource } from '../../model/bytes.ts';
import type { PackageRecord } from '../../model/fact.ts';

/** Archives of which a digest is made; larger ones are applications that no index has. */
const MAX_DIGESTED = 64 * 1024 * 1024;
const PIECE = 1024 * 1024;
/** Packages of which one archive may have descriptors: shaded applications have some hundred. */
const MAX_DESCRIBED = 5000;

/** A package that an archive is or contains, and where. */
export interface PlacedRecord {
  readonly record: PackageRecord;
  readonly location: string;
}

/** What was concluded of an archive. */
export interface Conclusion {
  readonly records: readonly PlacedRecord[];
  /** It holds classes that nobody can judge: neither its group nor what was copied into it is known. */
  readonly unidentified: boolean;
  /** A folder with descriptors that do not tell which package it is, where nothing else tells what the archive is. */
  readonly untold?: string;
  /** Digest of an archive that does not tell its name for certain. */
  readonly sha1?: string;
}

interface Descriptor {
  properties?: Partial<Coordinates>;
  project?: Partial<Coordinates>;
  licences?: readonly string[];
}

/** Gathers what is known of one archive while its members are shown. */
export class ArchiveRecord {
  readonly path: string;
  manifest: JarManifest | undefined;
  readonly #contents: ArchiveContents | undefined;
  readonly #sha1: string | undefined;
  /** By the folder that they are in. */
  readonly #descriptors = new Map<string, Descriptor>();

  /**
   * @param body the whole archive, readable now and not later
   * @param digests whether a digest is made where it may be needed
   */
  constructor(path: string, body: ByteSource | undefined, digests: boolean) {
    this.path = path;
    this.#contents = body && archiveContents(body);
    // Who left a descriptor, or lies in a repository, needs no index to be named.
    const isNamed = this.#contents?.described !== false || repositoryCoordinates(insidePath(path)) !== undefined;
    const isWanted = digests && !isNamed && body !== undefined && body.size <= MAX_DIGESTED;
    this.#sha1 = isWanted ? digestOf(body) : undefined;
  }

  /** Another descriptor; false where there are too many. */
  describe(folder: string, what: Descriptor): boolean {
    const known = this.#descriptors.get(folder);
    if (known !== undefined) Object.assign(known, what);
    else if (this.#descriptors.size >= MAX_DESCRIBED) return false;
    else this.#descriptors.set(folder, { ...what });
    return true;
  }

  conclude(): Conclusion {
    const path = insidePath(this.path);
    const described = [...this.#descriptors].flatMap(([folder, found]) => describedPackage(folder, found, path) ?? []);
    const { manifest } = this;
    const { own, others, certain, companion, runtime } = identifyArchive({
      path,
      described,
      ...(manifest && { manifest }),
    });
    const records = new Map<string, PlacedRecord>();
    if (own !== undefined && own.version !== '') {
      const licences = own.licences ?? bundleLicences(manifest);
      const known = certain && own.group !== undefined;
      const record = recordOf(own, licences, known ? undefined : this.#sha1);
      records.set(`${record.name}@${record.version}`, { record, location: this.path });
    }
    for (const one of others) {
      const record = recordOf(one, one.licences);
      const key = `${record.name}@${record.version}`;
      if (!records.has(key)) records.set(key, { record, location: `${one.member}/pom.properties` });
    }
    const isNamed = own?.group !== undefined && own.version !== '';
    const holds = this.#contents?.classes === true && !this.#contents.archives && others.length === 0;
    const unidentified = holds && !isNamed && !companion && !runtime;
    const untold = records.size === 0 && !unidentified && !companion ? [...this.#descriptors.keys()][0] : undefined;
    return {
      records: [...records.values()],
      unidentified,
      ...(untold !== undefined && { untold }),
      ...(this.#sha1 !== undefined && { sha1: this.#sha1 }),
    };
  }
}

/** The part of the path in the innermost archive. */
function insidePath(path: string): string {
  const at = path.lastIndexOf('!/');
  return at < 0 ? path : path.slice(at + 2);
}

/** Puts together what both descriptors and their folder tell: `META-INF/maven/GROUP/ARTIFACT`. */
function describedPackage(folder: string, found: Descriptor, archive: string): DescribedPackage | undefined {
  const [, inGroup, inArtifact] = /(?:^|\/)META-INF\/maven\/([\w.-]+)\/([\w.-]+)$/.exec(folder) ?? [];
  const { properties, project, licences } = found;
  const artifact = properties?.artifact ?? project?.artifact ?? inArtifact;
  const group = properties?.group ?? project?.group ?? inGroup;
  if (artifact === undefined) return undefined;
  const version = properties?.version ?? project?.version ?? versionOfFile(archive, artifact);
  if (version === undefined) return undefined;
  return { ...(group !== undefined && { group }), artifact, version, member: folder, ...(licences && { licences }) };
}

/** A project whose version is a variable is often the archive itself. */
function versionOfFile(archive: string, artifact: string): string | undefined {
  const name = readArchiveName(archive.slice(archive.lastIndexOf('/') + 1));
  return name.artifact === artifact ? name.version : undefined;
}

function recordOf(coordinates: Coordinates, licences: readonly string[] = [], sha1?: string): PackageRecord {
  return {
    type: 'maven',
    name: mavenName(coordinates),
    version: coordinates.version,
    ...(licences.length > 0 && { licences }),
    ...(sha1 !== undefined && { hashes: { sha1 } }),
  };
}

/** `Apache-2.0;link="..."`, or addresses of texts (OSGi Core, "Bundle-License"). */
function bundleLicences(manifest: JarManifest | undefined): readonly string[] {
  const names = (manifest?.main.get('bundle-license') ?? '').split(',', 10).map((one) => one.split(';', 1)[0]?.trim());
  return names.filter((name) => name !== undefined && name !== '' && name.length <= 300) as string[];
}

function digestOf(body: ByteSource): string {
  const hash = createHash('sha1');
  for (let at = 0; at < body.size; at += PIECE) hash.update(readBytes(body, at, PIECE));
  return hash.digest('hex');
}
