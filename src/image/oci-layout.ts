import { SourceError } from '../errors.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { LayerInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import { parseConfig } from './config.ts';
import type { LayerContent } from './content.ts';
import { list, record, text } from './json.ts';
import {
  contradictedTypes,
  type Descriptor,
  describeImage,
  encryptedLayer,
  isEncrypted,
  isForeign,
  judgeMediaType,
  lazyLayers,
  readDescriptor,
  sha256Of,
} from './manifest.ts';
import { collectManifests, type ReadIndex } from './nested-indexes.ts';
import type { OpenedImage, OpenOptions } from './opened-image.ts';
import { choosePlatform } from './platform.ts';
import { readJson } from './read-json.ts';
import type { BlobStore } from './store.ts';
import { TarLayer } from './tar-layer.ts';

/** True where the files are an OCI image layout. */
export function isOciLayout(store: BlobStore): boolean {
  return store.has('index.json');
}

/** Opens the image of an OCI layout for one platform (OCI image specification, "Image Layout"). */
export function openOciLayout(reference: string, store: BlobStore, options: OpenOptions): readonly OpenedImage[] {
  const problems: Problem[] = [...store.problems];
  const { value, why } = readJson(store.get('index.json'), options.limits);
  if (value === undefined) throw new SourceError('source.unreadable', `${reference}: index.json: ${why}`);
  const manifests = collectManifests(record(value), indexesOf(store, options), problems).filter((m) => !m.attestation);
  if (manifests.length === 0) {
    throw new SourceError('source.unreadable', `${reference}: index.json names no image that is in the layout`);
  }
  // Archives made for one platform list the others without their blobs.
  const present = manifests.filter(({ digest }) => blob(store, digest) !== undefined);
  const variants = present.length > 0 ? present : manifests;
  // An index need not tell platforms; each configuration has its own.
  const told = options.platform === undefined ? variants : variants.map((one) => withPlatform(one, store, options));
  const chosen = choosePlatform(reference, told, options.platform);
  return chosen.map((descriptor) => openManifest(reference, descriptor, store, options, problems));
}

function withPlatform(descriptor: Descriptor, store: BlobStore, options: OpenOptions): Descriptor {
  if (descriptor.platform !== undefined) return descriptor;
  const manifest = record(readJson(blob(store, descriptor.digest), options.limits).value);
  const config = readDescriptor(manifest['config']);
  const { platform } = parseConfig(readJson(config && blob(store, config.digest), options.limits).value);
  return platform === undefined ? descriptor : { ...descriptor, platform };
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
  const described = collectManifests(record(index.value), indexesOf(store, options), problems).flatMap((descriptor) => {
    if (descriptor.attestation) return [];
    const manifest = record(readJson(blob(store, descriptor.digest), options.limits).value);
    const configuration = readDescriptor(manifest['config'])?.digest;
    const layers = list(manifest['layers']).map((layer) => readDescriptor(layer)?.digest ?? '');
    const { platform } = descriptor;
    return configuration === undefined ? [] : [{ configuration, layers, ...(platform !== undefined && { platform }) }];
  });
  return { described, problems };
}

/** Reads the indexes of a layout. */
function indexesOf(store: BlobStore, options: OpenOptions): (index: Descriptor) => ReadIndex {
  return (descriptor) => {
    const { value, bytes, why } = readJson(blob(store, descriptor.digest), options.limits);
    const problems: Problem[] = [];
    verify('the index', descriptor, bytes, problems);
    return { problems, ...(value !== undefined && { root: record(value) }), ...(why !== undefined && { why }) };
  };
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
  } else {
    problems.push(...contradictedTypes(root, descriptor.digest, [text(root['mediaType'])]));
  }
  const configDescriptor = readDescriptor(root['config']);
  const config = readJson(configDescriptor && blob(store, configDescriptor.digest), options.limits);
  if (configDescriptor !== undefined) verify('the configuration', configDescriptor, config.bytes, problems);
  const descriptors = list(root['layers']).map((value) => readDescriptor(value));
  const sources = descriptors.map((layer) => layer && blob(store, layer.digest));
  const described = describeImage(
    {
      reference,
      names: descriptor.name === undefined ? [] : [descriptor.name],
      digest: descriptor.digest,
      mediaType: text(root['mediaType']) ?? descriptor.mediaType,
      annotations: root['annotations'],
      config,
      layers: descriptors.map((layer, i) => ({
        // The bytes that are there, where they are: a manifest may say anything.
        size: sources[i]?.size ?? layer?.size ?? 0,
        ...(layer !== undefined && { digest: layer.digest }),
        ...(layer?.mediaType !== undefined && { mediaType: layer.mediaType }),
      })),
      identities: descriptors.map((layer, i) =>
        sources[i] && !isEncrypted(layer?.mediaType) ? layer?.digest : undefined,
      ),
    },
    options.limits,
  );
  const layers = described.info.layers.map((layer, i) => {
    const opened = openLayer(layer, descriptors[i]?.size, sources[i], problems, store.where);
    // Of a store that has layers of other forms than archives.
    return opened && (store.layer?.(blobName(layer.digest ?? '') ?? '') ?? opened);
  });
  return { info: described.info, layers, problems: [...problems, ...lazyLayers(descriptors), ...described.problems] };
}

function openLayer(
  layer: LayerInfo,
  statedSize: number | undefined,
  source: ByteSource | undefined,
  problems: Problem[],
  where = 'the layout',
): LayerContent | undefined {
  const { index, mediaType, digest } = layer;
  if (isEncrypted(mediaType)) {
    problems.push(encryptedLayer(index));
    return undefined;
  }
  if (source === undefined) {
    const why = isForeign(mediaType) ? ': it is nondistributable, so that it has to be had from its publisher' : '';
    problems.push({
      code: 'image.layer-missing',
      message: `layer ${index} (${digest ?? 'without a digest'}) is not in ${where}${why}`,
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
  if (mediaType !== undefined) problems.push(...judgeMediaType(mediaType, index));
  return new TarLayer(source);
}

function blob(store: BlobStore, digest: string): ByteSource | undefined {
  const name = blobName(digest);
  return name === undefined ? undefined : store.get(name);
}

function blobName(digest: string): string | undefined {
  const parts = /^([a-z0-9]+):([0-9a-f]{32,128})$/.exec(digest);
  return parts === null ? undefined : `blobs/${parts[1]}/${parts[2]}`;
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
  if (sha256Of(bytes) === descriptor.digest) return;
  problems.push({
    code: 'image.digest-mismatch',
    message: `${what} does not have the digest ${JSON.stringify(descriptor.digest)}`,
  });
}
