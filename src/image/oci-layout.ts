import { createHash } from 'node:crypto';
import { SourceError } from '../errors.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { LayerInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import { joinLayers, parseConfig, platformName, repeatedLayers } from './config.ts';
import type { LayerContent } from './content.ts';
import { list, record, text } from './json.ts';
import type { OpenedImage, OpenOptions } from './opened-image.ts';
import { choosePlatform } from './platform.ts';
import { type BlobStore, readJson } from './store.ts';
import { TarLayer } from './tar-layer.ts';

/** Indexes may list indexes; more than this many below each other are no image. */
const INDEX_DEPTH = 4;

/** Images of one layout, variants and attestations counted. An index can name itself a million times. */
const MANIFESTS = 1000;

/** A reference to a blob (OCI image specification, "Content Descriptors"). */
interface Descriptor {
  readonly digest: string;
  readonly mediaType?: string;
  readonly size?: number;
  readonly platform?: string;
  readonly name?: string;
  /** Attestations stand beside images in an index and are none. */
  readonly attestation: boolean;
}

/** Layer media types that hold an archive, whatever its compression: OCI, Docker, and their foreign forms. */
const layerTypes: readonly string[] = [
  'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.docker.image.rootfs.diff.tar',
  'application/vnd.docker.image.rootfs.foreign.diff.tar',
];

/** True where the files are an OCI image layout. */
export function isOciLayout(store: BlobStore): boolean {
  return store.has('index.json');
}

/** Opens the image of an OCI layout for one platform (OCI image specification, "Image Layout"). */
export function openOciLayout(reference: string, store: BlobStore, options: OpenOptions): readonly OpenedImage[] {
  const problems: Problem[] = [...store.problems];
  const { value, why } = readJson(store.get('index.json'), options.limits);
  if (value === undefined) throw new SourceError('source.unreadable', `${reference}: index.json: ${why}`);
  const manifests = collectManifests(record(value), store, options, problems).filter((m) => !m.attestation);
  if (manifests.length === 0) {
    throw new SourceError('source.unreadable', `${reference}: index.json names no image that is in the layout`);
  }
  // Archives made for one platform list the others without their blobs.
  const present = manifests.filter(({ digest }) => blob(store, digest) !== undefined);
  const chosen = choosePlatform(reference, present.length > 0 ? present : manifests, options.platform);
  return chosen.map((descriptor) => openManifest(reference, descriptor, store, options, problems));
}

/** What a layout says an image is made of, by digests. */
export interface DescribedImage {
  readonly configuration: string;
  readonly layers: readonly string[];
  readonly platform?: string;
}

/** Every image that the layout names, whatever the platform. */
export function describedImages(
  store: BlobStore,
  options: OpenOptions,
): { readonly described: readonly DescribedImage[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const index = readJson(store.get('index.json'), options.limits);
  if (index.why !== undefined) problems.push({ code: 'image.ambiguous', message: `index.json: ${index.why}` });
  const described = collectManifests(record(index.value), store, options, problems).flatMap((descriptor) => {
    if (descriptor.attestation) return [];
    const manifest = record(readJson(blob(store, descriptor.digest), options.limits).value);
    const configuration = readDescriptor(manifest['config'])?.digest;
    const layers = list(manifest['layers']).map((layer) => readDescriptor(layer)?.digest ?? '');
    const { platform } = descriptor;
    return configuration === undefined ? [] : [{ configuration, layers, ...(platform !== undefined && { platform }) }];
  });
  return { described, problems };
}

function readDescriptor(value: unknown): Descriptor | undefined {
  const fields = record(value);
  const digest = text(fields['digest']);
  if (digest === undefined) return undefined;
  const annotations = record(fields['annotations']);
  const platform = platformName(record(fields['platform']));
  const mediaType = text(fields['mediaType']);
  const name = text(annotations['io.containerd.image.name']) ?? text(annotations['org.opencontainers.image.ref.name']);
  const size = fields['size'];
  return {
    digest,
    ...(mediaType !== undefined && { mediaType }),
    ...(typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 && { size }),
    ...(platform !== '' && { platform }),
    ...(name !== undefined && { name }),
    // The annotation alone does not keep a runtime from taking it for an image.
    attestation: platform === 'unknown/unknown',
  };
}

function collectManifests(
  index: Readonly<Record<string, unknown>>,
  store: BlobStore,
  options: OpenOptions,
  problems: Problem[],
  depth = 0,
  seen: { count: number } = { count: 0 },
): Descriptor[] {
  const found: Descriptor[] = [];
  for (const entry of list(index['manifests'])) {
    const descriptor = readDescriptor(entry);
    if (descriptor === undefined) continue;
    if (++seen.count > MANIFESTS) {
      if (seen.count === MANIFESTS + 1) {
        problems.push({ code: 'image.ambiguous', message: `the index names more than ${MANIFESTS} images` });
      }
      break;
    }
    const nested = descriptor.mediaType?.includes('index') || descriptor.mediaType?.includes('manifest.list');
    if (nested !== true) {
      found.push(descriptor);
      continue;
    }
    const { value, bytes, why } = readJson(blob(store, descriptor.digest), options.limits);
    verify('the index', descriptor, bytes, problems);
    if (value !== undefined && list(record(value)['manifests']).length === 0) {
      problems.push({
        code: 'image.ambiguous',
        message: `${JSON.stringify(descriptor.digest)} is called an index, but names no images`,
      });
    }
    if (value === undefined || depth >= INDEX_DEPTH) {
      problems.push({
        code: 'image.layer-unreadable',
        message: `the index ${JSON.stringify(descriptor.digest)} was not read: ${why ?? 'too many indexes below each other'}`,
      });
      continue;
    }
    const inner = collectManifests(record(value), store, options, problems, depth + 1, seen);
    found.push(...inner.map((m) => (descriptor.name === undefined ? m : { ...m, name: m.name ?? descriptor.name })));
  }
  return found;
}

function openManifest(
  reference: string,
  descriptor: Descriptor,
  store: BlobStore,
  options: OpenOptions,
  outer: readonly Problem[],
): OpenedImage {
  const problems: Problem[] = [...outer];
  const manifest = readJson(blob(store, descriptor.digest), options.limits);
  if (manifest.value === undefined) {
    throw new SourceError(
      'source.unreadable',
      `${reference}: the manifest ${JSON.stringify(descriptor.digest)}: ${manifest.why}`,
    );
  }
  verify('the manifest', descriptor, manifest.bytes, problems);
  const root = record(manifest.value);
  if (root['manifests'] !== undefined) {
    problems.push({ code: 'image.ambiguous', message: 'the manifest is an index too; its layers were read' });
  }
  const configDescriptor = readDescriptor(root['config']);
  const configFile = readJson(configDescriptor && blob(store, configDescriptor.digest), options.limits);
  if (configFile.why !== undefined) {
    problems.push({ code: 'image.config-unreadable', message: `the configuration: ${configFile.why}` });
  }
  if (configDescriptor !== undefined) verify('the configuration', configDescriptor, configFile.bytes, problems);
  const config = parseConfig(configFile.value);
  const descriptors = list(root['layers']).map((value) => readDescriptor(value));
  if (descriptors.length > options.limits.layers) {
    throw new SourceError(
      'source.limit',
      `${reference}: ${descriptors.length} layers, more than ${options.limits.layers}`,
    );
  }
  const joined = joinLayers(
    descriptors.map((layer) => ({
      // The bytes that are there, where they are: a manifest may say anything.
      size: (layer && blob(store, layer.digest)?.size) ?? layer?.size ?? 0,
      ...(layer !== undefined && { digest: layer.digest }),
      ...(layer?.mediaType !== undefined && { mediaType: layer.mediaType }),
    })),
    config,
  );
  const id = configFile.bytes && digestOf(configFile.bytes);
  const layers = joined.layers.map((layer, i) => openLayer(layer, descriptors[i]?.size, store, problems));
  problems.push(...joined.problems, ...repeatedLayers(descriptors.map((d, i) => (layers[i] ? d?.digest : undefined))));
  if (layers.length === 0) problems.push({ code: 'image.no-layers', message: 'the image has no layers' });
  const mediaType = text(root['mediaType']) ?? descriptor.mediaType;
  return {
    info: {
      reference,
      names: descriptor.name === undefined ? [] : [descriptor.name],
      ...(id !== undefined && { id }),
      digest: descriptor.digest,
      ...(mediaType !== undefined && { mediaType }),
      ...(config.platform !== undefined && { platform: config.platform }),
      ...(config.created !== undefined && { created: config.created }),
      layers: joined.layers,
      history: joined.history,
      config: config.config,
    },
    layers,
    problems,
  };
}

function openLayer(
  layer: LayerInfo,
  statedSize: number | undefined,
  store: BlobStore,
  problems: Problem[],
): LayerContent | undefined {
  const { index, mediaType, digest } = layer;
  if (mediaType?.includes('encrypted')) {
    problems.push({ code: 'image.layer-unreadable', message: `layer ${index} is encrypted`, layer: index });
    return undefined;
  }
  const source = digest === undefined ? undefined : blob(store, digest);
  if (source === undefined) {
    problems.push({
      code: 'image.layer-missing',
      message: `layer ${index} (${digest ?? 'without a digest'}) is not in the layout`,
      layer: index,
    });
    return undefined;
  }
  if (source.size !== statedSize) {
    problems.push({
      code: 'image.digest-mismatch',
      message: `layer ${index} has ${source.size} bytes, the manifest says ${statedSize ?? 'nothing of its size'}`,
      layer: index,
    });
  }
  const content = new TarLayer(source);
  if (mediaType !== undefined) problems.push(...judgeMediaType(mediaType, content, index));
  return content;
}

function judgeMediaType(mediaType: string, content: TarLayer, layer: number): Problem[] {
  const base = layerTypes.find(
    (type) => mediaType === type || mediaType.startsWith(`${type}+`) || mediaType === `${type}.gzip`,
  );
  if (base === undefined) {
    return [{ code: 'image.media-type', message: `layer ${layer} has the unknown media type ${mediaType}`, layer }];
  }
  const suffix = mediaType.slice(base.length + 1);
  const stated = suffix === '' ? 'none' : suffix;
  if (stated === content.compression) return [];
  return [
    {
      code: 'image.media-type',
      message: `layer ${layer} is ${nameOf(content.compression)}, its media type says ${nameOf(stated)}`,
      layer,
    },
  ];
}

function nameOf(compression: string): string {
  return compression === 'none' ? 'not compressed' : `compressed with ${compression}`;
}

function blob(store: BlobStore, digest: string): ByteSource | undefined {
  const parts = /^([a-z0-9]+):([0-9a-f]{32,128})$/.exec(digest);
  return parts === null ? undefined : store.get(`blobs/${parts[1]}/${parts[2]}`);
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function verify(what: string, descriptor: Descriptor, bytes: Uint8Array | undefined, problems: Problem[]): void {
  if (bytes === undefined) return;
  if (!descriptor.digest.startsWith('sha256:')) {
    problems.push({
      code: 'image.digest-mismatch',
      message: `${what} has a digest that was not checked: ${JSON.stringify(descriptor.digest)}`,
    });
    return;
  }
  if (digestOf(bytes) === descriptor.digest) return;
  problems.push({
    code: 'image.digest-mismatch',
    message: `${what} does not have the digest ${JSON.stringify(descriptor.digest)}`,
  });
}
