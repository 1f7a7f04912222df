import { FormatError, LimitError } from '../../errors.ts';
import { mavenName } from '../../formats/java/coordinates.ts';
import { parseJarManifest } from '../../formats/java/jar-manifest.ts';
import { parsePom } from '../../formats/java/pom.ts';
import { effectivePom } from '../../formats/java/pom-effective.ts';
import { parsePomProperties } from '../../formats/java/pom-properties.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, UnidentifiedFact } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { UnidentifiedFacts } from '../../packages/unidentified-facts.ts';
import { ArchiveRecord, type PlacedRecord } from './archive-record.ts';

/** Kinds of archives that hold classes or archives with classes, by the end of their names. */
const suffixes: ReadonlySet<string> = new Set(
  ['jar', 'war', 'ear', 'par', 'sar', 'rar', 'nar', 'kar', 'jpi', 'hpi', 'lpkg'].map((suffix) => `.${suffix}`),
);
const MANIFEST = 'META-INF/MANIFEST.MF';
/** Bytes of a member that is read; the largest manifests, with a digest for each class, have a few MiB. */
const MAX_MEMBER = 8 * 1024 * 1024;
/** Archives in one file of the layer. */
const MAX_ARCHIVES = 50_000;
const UNIDENTIFIED = 'is an archive with classes and does not tell which package of which group it is';

const UNTOLD = 'it names no artifact and version; the package was left out';

type ArchiveFact = PackageFact | UnidentifiedFact;

const archives: Omit<Analyzer<ArchiveFact>, 'name' | 'open'> = {
  version: 1,

  names: {
    exact: ['MANIFEST.MF', 'pom.properties', 'pom.xml'],
    ends: [...suffixes],
  },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file') return Appetite.None;
    const { name } = file;
    const last = name.charCodeAt(name.length - 1);
    // `.jar`, `.hpi`, `.lpkg`: r, i, g in either case.
    if (last === 0x72 || last === 0x69 || last === 0x67 || last === 0x52) {
      return isArchive(name) ? Appetite.Members | Appetite.Whole : Appetite.None;
    }
    // `MANIFEST.MF`, `pom.xml`, `pom.properties`: F, l, s.
    if (last !== 0x46 && last !== 0x6c && last !== 0x73) return Appetite.None;
    if (!isDescriptor(file)) return Appetite.None;
    return file.size > MAX_MEMBER ? Appetite.Header : Appetite.Body;
  },

  begins(file, head) {
    // Other formats have the same suffixes: RAR archives, recovery records.
    return file.name.length < 4 || !isForeign(head);
  },
};

/**
 * Reads which packages Java archives are and contain, also archives in archives: web applications, Spring Boot, shaded ones.
 * A package of a nested archive goes with the file of the layer.
 */
export const javaArchives: Analyzer<ArchiveFact> = makeAnalyzer('java-archives', false, {
  digesting: makeAnalyzer('java-archives-digests', true),
});

/** @param digests makes digests of archives that do not tell their name for certain: it reads all of each */
function makeAnalyzer(
  name: string,
  digests: boolean,
  more: Pick<Analyzer<ArchiveFact>, 'digesting'> = {},
): Analyzer<ArchiveFact> {
  return { ...archives, ...more, name, open: (layer) => new ArchiveReader(layer, digests) };
}

function isArchive(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= 5 && suffixes.has(name.slice(dot).toLowerCase());
}

function isDescriptor({ name, path, archive }: FileHeader): boolean {
  if (name === 'pom.properties') return archive !== undefined || path.includes('META-INF/maven/');
  if (archive === undefined) return false;
  if (name === 'pom.xml') return path.includes('META-INF/maven/', archive.length);
  return name === 'MANIFEST.MF' && path.length === archive.length + 2 + MANIFEST.length && path.endsWith(MANIFEST);
}

/** `Rar!` and `PAR2`. */
function isForeign(head: Uint8Array): boolean {
  const [a, b, c, d] = head;
  return (
    (a === 0x52 && b === 0x61 && c === 0x72 && d === 0x21) || (a === 0x50 && b === 0x41 && c === 0x52 && d === 0x32)
  );
}

class ArchiveReader implements LayerReader<ArchiveFact> {
  readonly #layer: LayerContext;
  readonly #digests: boolean;
  /** The file of the layer that is shown now, and the archives in it by their paths. */
  #top = '';
  #open = new Map<string, ArchiveRecord>();
  /** By the file of the layer: one that comes twice replaces the first. */
  readonly #kept = new Map<string, readonly PlacedRecord[]>();
  readonly #unidentified: UnidentifiedFacts;

  constructor(layer: LayerContext, digests: boolean) {
    this.#layer = layer;
    this.#digests = digests;
    this.#unidentified = new UnidentifiedFacts(layer);
  }

  read(file: LayerFile): void {
    const { archive } = file.header;
    if (archive === undefined) {
      this.#conclude();
      this.#top = file.path;
      if (!isArchive(file.header.name)) this.#exploded(file);
      else this.#open.set(file.path, new ArchiveRecord(file.path, file.body, this.#digests));
    } else if (isArchive(file.header.name)) this.#nested(file);
    else this.#member(file, archive);
  }

  close(): readonly ArchiveFact[] {
    this.#conclude();
    const facts = new PackageFacts(this.#layer);
    for (const [path, records] of this.#kept) {
      for (const { record, location } of records) facts.add(path, record, location);
    }
    return [...facts.close(), ...this.#unidentified.close()];
  }

  #nested(file: LayerFile): void {
    if (this.#open.size < MAX_ARCHIVES)
      this.#open.set(file.path, new ArchiveRecord(file.path, file.body, this.#digests));
    else if (this.#open.size === MAX_ARCHIVES) {
      const message = `it holds more than ${MAX_ARCHIVES} archives; the others were left out`;
      this.#layer.problem({ code: 'archive.limit', message, path: this.#top });
    }
  }

  #member(file: LayerFile, archive: string): void {
    const record = this.#open.get(archive);
    if (record === undefined) return;
    const { content, path } = file;
    if (file.truncated || file.header.size > MAX_MEMBER || content.length > MAX_MEMBER) {
      this.#layer.problem({ code: 'file.too-large', message: 'it is larger than any descriptor', path });
      return;
    }
    const folder = path.slice(0, -file.header.name.length - 1);
    try {
      if (file.header.name === 'MANIFEST.MF') record.manifest = parseJarManifest(content);
      else if (!record.describe(folder, descriptorOf(file.header.name, content))) {
        const message = 'it has more descriptors than any archive; the others were left out';
        this.#layer.problem({ code: 'archive.limit', message, path: archive });
      }
    } catch (error) {
      this.#wrong(error, path);
    }
  }

  /** An archive that was unpacked, as servers do. */
  #exploded({ path, content }: LayerFile): void {
    const { group, artifact, version } = parsePomProperties(content);
    if (artifact === undefined || version === undefined) {
      this.#layer.problem({ code: 'file.format', message: UNTOLD, path });
      return;
    }
    const name = mavenName({ artifact, ...(group !== undefined && { group }) });
    this.#kept.set(path, [{ record: { type: 'maven', name, version }, location: path }]);
  }

  #wrong(error: unknown, path: string): void {
    if (!(error instanceof FormatError) && !(error instanceof LimitError)) throw error;
    this.#layer.problem({ code: 'file.format', message: error.message, path });
  }

  #conclude(): void {
    if (this.#open.size === 0) return;
    const conclusions = [...this.#open.values()].map((record) => ({ path: record.path, ...record.conclude() }));
    this.#kept.delete(this.#top);
    this.#kept.set(
      this.#top,
      conclusions.flatMap(({ records }) => records),
    );
    for (const { untold } of conclusions) {
      if (untold !== undefined) this.#layer.problem({ code: 'file.format', message: UNTOLD, path: untold });
    }
    const unidentified = conclusions
      .filter((one) => one.unidentified)
      .map(({ path, sha1 }) => ({ location: path, ...(sha1 !== undefined && { sha1 }) }));
    this.#unidentified.set(this.#top, UNIDENTIFIED, unidentified);
    this.#open = new Map();
  }
}

function descriptorOf(name: string, content: Uint8Array): Parameters<ArchiveRecord['describe']>[1] {
  if (name === 'pom.properties') return { properties: parsePomProperties(content) };
  const { licences, group, artifact, version } = effectivePom([parsePom(content)]);
  const project = {
    ...(group !== undefined && { group }),
    ...(artifact !== undefined && { artifact }),
    ...(version !== undefined && { version }),
  };
  return { project, ...(licences.length > 0 && { licences }) };
}
