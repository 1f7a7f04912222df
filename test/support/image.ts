import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type {
  ArchiveFiles,
  Compression,
  Damage,
  DockerArchiveOptions,
  ImageContent,
  OciOptions,
} from './image-options.ts';
import { type TarEntry, type TarOptions, tar } from './tar.ts';
import { temporaryFolder } from './temporary.ts';

export type { ArchiveFiles, Compression, DockerArchiveOptions, ImageContent, OciOptions };

const OCI = 'application/vnd.oci.image';
const compressedSuffix: Readonly<Record<Compression, string>> = { none: '', gzip: '+gzip', zstd: '+zstd' };

/** `sha256:` and the digest in hex. */
export function sha256(bytes: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function hex(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Compresses a layer; the same bytes give the same bytes. */
export function compress(bytes: Uint8Array, compression: Compression): Buffer {
  if (compression === 'gzip') return gzipSync(bytes);
  return compression === 'zstd' ? zstdCompressSync(bytes) : Buffer.from(bytes);
}

/** An uncompressed layer. */
export function layer(entries: readonly (TarEntry | Uint8Array)[], options?: TarOptions): Buffer {
  return tar(entries, options);
}

/**
 * What an image has that says nothing of it: with it, and without a history that tells more, checks of the configuration
 * have nothing to find, so that a test sees what it is about.
 */
export const soundConfig: Readonly<Record<string, unknown>> = {
  User: '10001',
  Healthcheck: { Test: ['CMD', '/srv/healthy'] },
  Labels: {
    'org.opencontainers.image.source': 'https://git.example/app',
    'org.opencontainers.image.base.name': 'registry.example/base:1.2',
  },
};

function configuration(image: ImageContent): Buffer {
  if (image.rawConfig !== undefined) return Buffer.from(image.rawConfig as Uint8Array);
  const [os, architecture, variant] = (image.platform ?? 'linux/amd64').split('/');
  const created = image.created ?? '2024-01-01T00:00:00Z';
  return json({
    architecture,
    ...(variant === undefined ? {} : { variant }),
    os,
    created,
    config: image.config ?? soundConfig,
    rootfs: { type: 'layers', diff_ids: image.diffIds ?? image.layers.map(sha256) },
    history: image.history ?? image.layers.map((_, i) => ({ created, created_by: `COPY layer-${i} / # buildkit` })),
  });
}

interface StoredLayer {
  readonly bytes: Buffer;
  readonly digest: string;
  readonly diffId: string;
  readonly compression: Compression;
  readonly dropped: boolean;
}

function storedLayers(
  image: ImageContent,
  damage: Damage,
  compression: Compression | readonly Compression[],
): StoredLayer[] {
  return image.layers.map((raw, i) => {
    const how = typeof compression === 'string' ? compression : (compression[i] ?? 'none');
    const bytes = compress(raw, how);
    const digest = sha256(damage.wrongDigests?.includes(i) ? `not layer ${i}` : bytes);
    const dropped = damage.dropLayers?.includes(i) ?? false;
    return { bytes, digest, diffId: sha256(raw), compression: how, dropped };
  });
}

function writeTar(files: ArchiveFiles, options?: TarOptions): Buffer {
  const entries: TarEntry[] = [];
  const made = new Set<string>();
  for (const [name, file] of files) {
    const parts = name.split('/').slice(0, -1);
    for (let i = 1; i <= parts.length; i++) {
      const folder = parts.slice(0, i).join('/');
      if (!made.has(folder)) entries.push({ path: folder, type: 'directory' });
      made.add(folder);
    }
    entries.push(file instanceof Uint8Array ? { path: name, content: file } : { path: name, ...file });
  }
  return tar(entries, options);
}

function repositories(images: readonly { repoTags: readonly string[]; top: string }[]): Buffer {
  const names = new Map<string, Record<string, string>>();
  for (const { repoTags, top } of images) {
    for (const repoTag of repoTags) {
      const colon = repoTag.lastIndexOf(':');
      const name = repoTag.slice(0, colon);
      names.set(name, { ...names.get(name), [repoTag.slice(colon + 1)]: top });
    }
  }
  return json(Object.fromEntries(names));
}

interface ManifestEntry {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

type Place = (stored: StoredLayer, index: number, previous: StoredLayer[]) => string;

/** Writes the layers of one image where `place` says and returns their names in the archive. */
function placeLayers(files: ArchiveFiles, stored: readonly StoredLayer[], how: string, place: Place): string[] {
  const names: string[] = [];
  stored.forEach((one, i) => {
    const first = stored.findIndex((other) => other.diffId === one.diffId);
    const repeated = first < i;
    if (repeated && how === 'same-name') {
      names.push(names[first] as string);
      return;
    }
    const name = place(one, i, stored.slice(0, i));
    names.push(name);
    if (one.dropped) return;
    if (repeated && how === 'link' && name.includes('/')) {
      files.set(name, { type: 'symlink', linkTarget: `../${names[first]}` });
    } else files.set(name, one.bytes);
  });
  return names;
}

function legacyImage(files: ArchiveFiles, image: ImageContent, options: DockerArchiveOptions): ManifestEntry {
  const layout = options.layout ?? 'legacy';
  const stored = storedLayers(image, options, options.compression ?? (layout === 'kaniko' ? 'gzip' : 'none'));
  const config = configuration(image);
  // A legacy layer id stands for the whole chain below, so equal layers have different ones.
  const ids = stored.map((_, i) =>
    hex(
      sha256(
        stored
          .slice(0, i + 1)
          .map((one) => one.diffId)
          .join(' '),
      ),
    ),
  );
  const Config = layout === 'kaniko' ? sha256(config) : `${hex(sha256(config))}.json`;
  const Layers = placeLayers(files, stored, options.repeatedLayers ?? 'link', (one, i) => {
    if (layout === 'podman') return `${hex(one.diffId)}.tar`;
    if (layout === 'kaniko') return `${hex(one.digest)}.tar.gz`;
    files.set(`${ids[i]}/VERSION`, Buffer.from('1.0'));
    files.set(`${ids[i]}/json`, json({ id: ids[i], ...(i > 0 ? { parent: ids[i - 1] } : {}), os: 'linux' }));
    return `${ids[i]}/layer.tar`;
  });
  if (layout === 'podman') {
    for (const [i, name] of Layers.entries()) {
      files.set(`${ids[i]}/layer.tar`, { type: 'symlink', linkTarget: `../${name}` });
    }
  }
  if (!options.dropConfig) files.set(Config, config);
  return { Config, RepoTags: image.repoTags ?? ['example:1'], Layers };
}

function descriptor(mediaType: string, bytes: Uint8Array, more: object = {}): object {
  return { ...(mediaType === '' ? {} : { mediaType }), digest: sha256(bytes), size: bytes.length, ...more };
}

interface OciManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly config: Buffer;
  readonly stored: readonly StoredLayer[];
}

function ociManifest(files: ArchiveFiles, image: ImageContent, options: OciOptions): OciManifest {
  const stored = storedLayers(image, options, options.compression ?? 'gzip');
  const config = configuration(image);
  const mediaType = options.mediaTypes?.manifest ?? `${OCI}.manifest.v1+json`;
  const bytes = json({
    schemaVersion: 2,
    ...(mediaType === '' ? {} : { mediaType }),
    config: descriptor(options.mediaTypes?.config ?? `${OCI}.config.v1+json`, config),
    layers: stored.map((one, i) => {
      const fitting = `${OCI}.layer.v1.tar${compressedSuffix[one.compression]}`;
      return { ...descriptor(options.mediaTypes?.layers?.[i] ?? fitting, one.bytes), digest: one.digest };
    }),
    ...(options.manifestAnnotations !== undefined && { annotations: options.manifestAnnotations }),
  });
  for (const one of stored) if (!one.dropped) files.set(blobPath(one.digest), one.bytes);
  if (!options.dropConfig) files.set(blobPath(sha256(config)), config);
  files.set(blobPath(sha256(bytes)), bytes);
  return { bytes, mediaType, config, stored };
}

/** A manifest that describes provenance instead of an image: nothing a container could be made of. */
function attestation(files: ArchiveFiles, subject: Uint8Array): object {
  const statement = json({
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
  });
  const config = json({ architecture: 'unknown', os: 'unknown', config: {}, rootfs: { type: 'layers', diff_ids: [] } });
  const bytes = json({
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: descriptor(`${OCI}.config.v1+json`, config),
    layers: [descriptor('application/vnd.in-toto+json', statement)],
  });
  for (const blob of [statement, config, bytes]) files.set(blobPath(sha256(blob)), blob);
  return descriptor(`${OCI}.manifest.v1+json`, bytes, {
    platform: { architecture: 'unknown', os: 'unknown' },
    annotations: {
      'vnd.docker.reference.digest': sha256(subject),
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  });
}

/** The files of an OCI image layout (OCI image specification, image-layout.md). */
export function ociFiles(options: OciOptions): ArchiveFiles {
  const files: ArchiveFiles = new Map();
  files.set('oci-layout', json({ imageLayoutVersion: '1.0.0' }));
  const descriptors: object[] = [];
  for (const image of [options, ...(options.more ?? [])]) {
    const { bytes, mediaType } = ociManifest(files, image, options);
    const [os, architecture, variant] = (image.platform ?? '').split('/');
    const platform = image.platform === undefined ? {} : { platform: { architecture, os, variant } };
    const tag = (image.repoTags ?? ['example:1'])[0];
    const annotations = options.annotations ?? (tag === undefined ? {} : { 'org.opencontainers.image.ref.name': tag });
    descriptors.push(descriptor(mediaType, bytes, { ...platform, annotations }));
    if (options.attestations) descriptors.push(attestation(files, bytes));
  }
  let manifests: readonly object[] = descriptors;
  if (options.nestedIndex) {
    const index = json({ schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests });
    files.set(blobPath(sha256(index)), index);
    manifests = [descriptor(`${OCI}.index.v1+json`, index)];
  }
  files.set('index.json', json({ schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests }));
  options.edit?.(files);
  return files;
}

/** An OCI image layout as a tar archive. */
export function ociLayout(options: OciOptions): Buffer {
  return writeTar(ociFiles(options), options.tarOptions);
}

/** An OCI image layout as a folder in a temporary place. Returns the path of the folder. */
export function writeOciLayout(options: OciOptions): string {
  const folder = temporaryFolder();
  for (const [name, bytes] of ociFiles(options)) {
    if (!(bytes instanceof Uint8Array)) throw new TypeError(`${name} can stand in an archive only`);
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
  }
  return folder;
}

function blobsArchive(options: DockerArchiveOptions): Buffer {
  const images = [options, ...(options.more ?? [])];
  const entries: ManifestEntry[] = [];
  const files = ociFiles({
    ...options,
    compression: options.compression ?? 'none',
    edit: (blobs) => {
      for (const image of images) {
        const { config, stored } = ociManifest(new Map(), image, {
          ...options,
          compression: options.compression ?? 'none',
        });
        entries.push({
          Config: blobPath(sha256(config)),
          RepoTags: image.repoTags ?? ['example:1'],
          Layers: stored.map((one) => blobPath(one.digest)),
        });
      }
      blobs.set('manifest.json', json(entries));
      options.edit?.(blobs);
    },
  });
  return writeTar(files, options.tarOptions);
}

/** An archive as `docker save` and its like write it. */
export function dockerArchive(options: DockerArchiveOptions): Buffer {
  if (options.layout === 'blobs') return blobsArchive(options);
  const files: ArchiveFiles = new Map();
  const entries = [options, ...(options.more ?? [])].map((image) => legacyImage(files, image, options));
  files.set('manifest.json', json(entries));
  const tops = entries.map((entry) => ({
    repoTags: entry.RepoTags ?? [],
    top: (entry.Layers.at(-1) ?? '').split('/')[0] as string,
  }));
  if (options.layout !== 'kaniko') files.set('repositories', repositories(tops));
  options.edit?.(files);
  return writeTar(files, options.tarOptions);
}
