import { SourceError } from '../errors.ts';
import { normalisePath } from '../formats/tar/path.ts';
import type { BodySink, TarVisitor } from '../formats/tar/visitor.ts';
import type { Limits } from '../limits.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { FileHeader } from '../model/file.ts';
import type { Problem, ProblemCode } from '../model/problem.ts';
import { aciConfig } from './aci-config.ts';
import { platformName } from './config.ts';
import type { LayerContent, LayerWalkOptions, WalkResult } from './content.ts';
import { list, record, text } from './json.ts';
import type { OpenedImage, OpenOptions } from './opened-image.ts';
import { choosePlatform } from './platform.ts';
import { readJson } from './read-json.ts';
import type { BlobStore } from './store.ts';
import { TarLayer } from './tar-layer.ts';

const MANIFEST = 'manifest';
const ROOTFS = 'rootfs/';

/** True where the archive is an App Container Image: its manifest says so (App Container specification 0.8, "ACI"). */
export function isAci(store: BlobStore, limits: Limits): boolean {
  if (!store.has(MANIFEST)) return false;
  return record(readJson(store.get(MANIFEST), limits).value)['acKind'] === 'ImageManifest';
}

/**
 * Opens an App Container Image: a manifest, and one layer of what lies below `rootfs/`.
 * @param archive the same archive that `store` lists, uncompressed
 */
export function openAci(reference: string, store: BlobStore, archive: ByteSource, options: OpenOptions): OpenedImage {
  const { value, why } = readJson(store.get(MANIFEST), options.limits);
  const manifest = record(value);
  if (why !== undefined || manifest['acKind'] !== 'ImageManifest') {
    throw new SourceError(
      'source.not-an-image',
      `${reference} is no App Container Image: its ${MANIFEST} ${why === undefined ? 'is of another kind' : `cannot be read, ${why}`}`,
    );
  }
  const labels = new Map(
    list(manifest['labels'])
      .map(record)
      .map((label) => [label['name'], text(label['value'])]),
  );
  const platform = platformOf(labels.get('os'), labels.get('arch'));
  choosePlatform(reference, [{ ...(platform !== undefined && { platform }) }], options.platform);
  const name = text(manifest['name']);
  const version = labels.get('version');
  const created = list(manifest['annotations'])
    .map(record)
    .find((annotation) => annotation['name'] === 'created');
  const layer = new AciLayer(archive);
  return {
    info: {
      reference,
      names: name === undefined ? [] : [version === undefined ? name : `${name}:${version}`],
      ...(platform !== undefined && { platform }),
      ...(text(created?.['value']) !== undefined && { created: text(created?.['value']) as string }),
      layers: [{ index: 0, size: layer.size }],
      history: [],
      config: aciConfig(record(manifest['app'])),
    },
    layers: [layer],
    problems: [...store.problems, ...dependencyProblems(list(manifest['dependencies']).map(record))],
  };
}

/** Files of other images lie below those of this one when it runs; they are not in its archive. */
function dependencyProblems(dependencies: readonly Readonly<Record<string, unknown>>[]): Problem[] {
  if (dependencies.length === 0) return [];
  const told = dependencies.slice(0, 10).map((dependency) => text(dependency['imageName']) ?? 'one without a name');
  const names = `${told.join(', ')}${dependencies.length > told.length ? ` and ${dependencies.length - told.length} more` : ''}`;
  return [
    { code: 'image.layer-missing', message: `the image builds on ${names}, whose files are not in it; scan them too` },
  ];
}

/** Architectures of the specification (section "Image Manifest Schema") that image platforms call otherwise. */
const architectures: ReadonlyMap<string, string> = new Map([
  ['i386', '386'],
  ['aarch64', 'arm64'],
  ['armv6l', 'arm/v6'],
  ['armv7l', 'arm/v7'],
]);

function platformOf(os: string | undefined, arch: string | undefined): string | undefined {
  if (os === undefined || arch === undefined) return undefined;
  return platformName({ os, architecture: architectures.get(arch) ?? arch });
}

/** What lies below `rootfs/` of an archive, as if it were the root. */
class AciLayer implements LayerContent {
  readonly size: number;
  readonly seekable?: ByteSource;
  readonly #archive: TarLayer;

  constructor(archive: ByteSource) {
    this.#archive = new TarLayer(archive);
    this.size = archive.size;
    if (this.#archive.seekable !== undefined) this.seekable = this.#archive.seekable;
  }

  async walk(visitor: TarVisitor, options: LayerWalkOptions): Promise<WalkResult> {
    const below = new BelowRootfs(visitor);
    // The digest is that of the whole archive, and nothing states another.
    const { bytes } = await this.#archive.walk(below, options);
    if (!below.found) visitor.problem('image.no-layers', 'there is no rootfs in the archive');
    return { bytes };
  }
}

class BelowRootfs implements TarVisitor {
  found: boolean = false;
  readonly #visitor: TarVisitor;
  /** The member shown last: as the archive has it, and as the visitor knows it. */
  #outer: FileHeader | undefined;
  #inner: FileHeader | undefined;

  constructor(visitor: TarVisitor) {
    this.#visitor = visitor;
  }

  member(header: FileHeader): number {
    const path = stripped(header.path);
    if (path === undefined) return 0;
    this.found = true;
    this.#outer = header;
    this.#inner = {
      ...header,
      path,
      name: path === '' ? '' : header.name,
      ...(header.type === 'hardlink' && { linkTarget: strippedTarget(header.linkTarget ?? '') }),
    };
    return this.#visitor.member(this.#inner);
  }

  content(header: FileHeader, content: Buffer): void {
    if (header === this.#outer && this.#inner !== undefined) this.#visitor.content(this.#inner, content);
  }

  whole(header: FileHeader, body: ByteSource): void | Promise<void> {
    if (header === this.#outer && this.#inner !== undefined) return this.#visitor.whole?.(this.#inner, body);
  }

  pieces(header: FileHeader): BodySink {
    const sink = header === this.#outer && this.#inner !== undefined ? this.#visitor.pieces?.(this.#inner) : undefined;
    return sink ?? { write() {}, end() {} };
  }

  problem(code: ProblemCode, message: string, path?: string): void {
    const inner = path === undefined ? undefined : (stripped(path) ?? path);
    this.#visitor.problem(code, message, inner);
  }
}

/** The path below `rootfs/`; the folder itself is the root. */
function stripped(path: string): string | undefined {
  if (path.startsWith(ROOTFS)) return path.slice(ROOTFS.length);
  return `${path}/` === ROOTFS ? '' : undefined;
}

/** Hard links name another member of the archive; one outside of the root leads nowhere. */
function strippedTarget(target: string): string {
  return stripped(normalisePath(target).path) ?? target;
}
