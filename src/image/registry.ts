import { SourceError } from '../errors.ts';
import { MemorySource } from '../formats/byte-source.ts';
import type { Problem } from '../model/problem.ts';
import {
  type BlobDescriptor,
  RegistryClient,
  type RegistryClientOptions,
  type RegistryManifest,
} from '../net/registry/client.ts';
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
  isIndexType,
  judgeMediaType,
  lazyLayers,
  readDescriptor,
  statedCompression,
} from './manifest.ts';
import { fetchManifests } from './nested-indexes.ts';
import type { OpenedImage, OpenedSource, OpenOptions } from './opened-image.ts';
import { choosePlatform } from './platform.ts';
import { readJson } from './read-json.ts';
import { formatImageReference, type ImageReference, parseImageReference } from './reference.ts';
import { RegistryLayer } from './registry-layer.ts';

/** How registries are reached: what the user may say of it, and what it needs. */
export type RegistryOptions = RegistryClientOptions;

/**
 * Opens an image of a registry without a container engine. Manifests and configurations are fetched and checked now;
 * each layer is fetched when it is walked, as a stream of which nothing is kept.
 * @param name what `docker pull` would take
 * @param reference what the user asked for, where that is more than the name
 * @throws UsageError when the name is none
 * @throws SourceError when the image cannot be had, is none, or has no variant for the platform
 */
export async function openRegistryImage(
  name: string,
  options: OpenOptions & RegistryOptions,
  reference: string = name,
): Promise<OpenedSource> {
  const parsed = parseImageReference(name);
  const client = new RegistryClient(parsed.registry, parsed.repository, options);
  const images = await new RegistryImages(reference, parsed, client, options).open();
  return { images, kept: { name: formatImageReference(parsed) }, close: () => undefined };
}

/**
 * One layer of a repository, whatever images have it. Nothing is asked for but its bytes, and those when it is walked.
 * @param name of an image that has it
 */
export function openRegistryLayer(
  name: string,
  layer: BlobDescriptor,
  options: Pick<OpenOptions, 'limits'> & RegistryOptions,
): LayerContent {
  const { registry, repository } = parseImageReference(name);
  return layerOf(new RegistryClient(registry, repository, options), layer, options.limits);
}

function layerOf(client: RegistryClient, layer: BlobDescriptor, { layerBytes }: OpenOptions['limits']): RegistryLayer {
  return new RegistryLayer({
    ...(layer.size !== undefined && { size: layer.size }),
    digest: layer.digest,
    open: (signal) => client.blob(layer, layerBytes, signal),
  });
}

/** A manifest of an image, fetched and read. */
interface Fetched extends RegistryManifest {
  readonly root: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

class RegistryImages {
  readonly #reference: string;
  readonly #parsed: ImageReference;
  readonly #client: RegistryClient;
  readonly #options: OpenOptions;

  constructor(reference: string, parsed: ImageReference, client: RegistryClient, options: OpenOptions) {
    this.#reference = reference;
    this.#parsed = parsed;
    this.#client = client;
    this.#options = options;
  }

  async open(): Promise<readonly OpenedImage[]> {
    const top = await this.#fetch(this.#parsed.digest ?? this.#parsed.tag ?? 'latest');
    if (!isIndex(top)) return [await this.#openManifest(top, [], true)];
    const problems: Problem[] = [...top.problems];
    const found = await fetchManifests(top.root, ({ digest }) => this.#fetch(digest), problems);
    const variants = found.filter(({ attestation }) => !attestation);
    if (variants.length === 0) {
      throw new SourceError('source.not-an-image', `${this.#reference} is an index that names no image`);
    }
    const images: OpenedImage[] = [];
    for (const variant of choosePlatform(this.#reference, variants, this.#options.platform)) {
      const manifest = await this.#fetch(variant.digest);
      images.push(await this.#openManifest(manifest, problems, false));
    }
    return images;
  }

  async #fetch(tagOrDigest: string): Promise<Fetched> {
    const { limits, signal } = this.#options;
    const manifest = await this.#client.manifest(tagOrDigest, limits.manifestBytes, signal);
    const { value, why } = readJson(new MemorySource(manifest.bytes), limits);
    if (why !== undefined || list(value).length > 0) {
      throw new SourceError(
        'source.refused',
        `${this.#reference}: the manifest ${manifest.digest}: ${why ?? 'it is a list'}`,
      );
    }
    const root = record(value);
    refuseOldForms(this.#reference, root, manifest.mediaType);
    return { ...manifest, root, problems: judgeShape(root, manifest) };
  }

  /** @param alone nobody chose it for its platform */
  async #openManifest(manifest: Fetched, outer: readonly Problem[], alone: boolean): Promise<OpenedImage> {
    const { limits, platform } = this.#options;
    const { root } = manifest;
    const mediaType = text(root['mediaType']) ?? manifest.mediaType;
    const configuration = readDescriptor(root['config']);
    const descriptors = list(root['layers']).map((value) => readDescriptor(value));
    this.#refuseArtifacts(root, configuration, descriptors);
    const config = await this.#configuration(configuration);
    if (alone) {
      const own = parseConfig(config.value).platform;
      choosePlatform(this.#reference, [{ ...(own !== undefined && { platform: own }) }], platform);
    }
    const problems: Problem[] = [];
    const layers = descriptors.map((layer, i) => this.#layer(layer, i, problems));
    const described = describeImage(
      {
        reference: this.#reference,
        names: [formatImageReference(this.#parsed)],
        digest: manifest.digest,
        mediaType,
        annotations: root['annotations'],
        config,
        layers: descriptors.map((layer) => ({
          size: layer?.size ?? 0,
          ...(layer !== undefined && { digest: layer.digest }),
          ...(layer?.mediaType !== undefined && { mediaType: layer.mediaType }),
        })),
        identities: descriptors.map((layer, i) => (layers[i] ? layer?.digest : undefined)),
      },
      limits,
    );
    return {
      info: described.info,
      layers,
      problems: [...outer, ...manifest.problems, ...described.problems, ...problems, ...lazyLayers(descriptors)],
    };
  }

  async #configuration(descriptor: Descriptor | undefined): Promise<ReturnType<typeof readJson>> {
    const { limits, signal } = this.#options;
    if (descriptor === undefined) return { why: 'the manifest names none' };
    try {
      const bytes = await this.#client.document(descriptor, limits.manifestBytes, signal);
      return readJson(new MemorySource(bytes), limits);
    } catch (error) {
      // The registry has been asked and answered: what is wrong is the image.
      if (!(error instanceof SourceError) || !wrongBlob.has(error.code)) throw error;
      return { why: error.message };
    }
  }

  #layer(descriptor: Descriptor | undefined, index: number, problems: Problem[]): RegistryLayer | undefined {
    const missing = (words: string): undefined => {
      problems.push({ code: 'image.layer-missing', message: `layer ${index} ${words}`, layer: index });
    };
    if (descriptor === undefined) return missing('is listed without a digest');
    const { digest, mediaType, size } = descriptor;
    if (isEncrypted(mediaType)) {
      problems.push(encryptedLayer(index));
      return undefined;
    }
    if (!/^[a-z0-9]+:[0-9a-f]{32,128}$/.test(digest)) return missing(`has no digest, but ${JSON.stringify(digest)}`);
    if (descriptor.elsewhere && (mediaType === undefined || isForeign(mediaType))) {
      return missing(
        `(${digest}) is nondistributable: it is not kept in registries, and was not fetched from where the manifest says it is`,
      );
    }
    // Whether its bytes are compressed as that says shows when they have come.
    if (mediaType !== undefined) problems.push(...judgeMediaType(mediaType, index));
    if (size === undefined) {
      problems.push({
        code: 'image.digest-mismatch',
        message: `the manifest says nothing of the size of layer ${index}`,
        layer: index,
      });
    }
    return layerOf(this.#client, descriptor, this.#options.limits);
  }

  /** Registries keep many things. What has no layer and no configuration of an image is something else. */
  #refuseArtifacts(
    root: Readonly<Record<string, unknown>>,
    configuration: Descriptor | undefined,
    layers: readonly (Descriptor | undefined)[],
  ): void {
    if (configuration === undefined && layers.length === 0) {
      throw new SourceError('source.not-an-image', `${this.#reference} is no image: its manifest names nothing`);
    }
    const type = text(root['artifactType']) ?? configuration?.mediaType;
    if (type === undefined || imageConfigs.has(configuration?.mediaType ?? '')) return;
    const holds = (layer: Descriptor | undefined): boolean =>
      layer?.mediaType === undefined || statedCompression(layer.mediaType) !== undefined;
    if (layers.some(holds)) return;
    throw new SourceError(
      'source.not-an-image',
      `${this.#reference} is no image, but of the type ${JSON.stringify(type)}`,
    );
  }
}

/** What is wrong with a blob that the registry did give, or said that it does not have. */
const wrongBlob: ReadonlySet<string> = new Set([
  'source.not-found',
  'source.refused',
  'source.limit',
  'source.unsupported',
]);

const imageConfigs: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

/** A document that is a manifest and an index at once is what its type says (CVE-2021-41190). */
function isIndex({ root, mediaType }: Fetched): boolean {
  if (root['manifests'] === undefined) return false;
  return root['layers'] === undefined || isIndexType(text(root['mediaType']) ?? mediaType);
}

function judgeShape(root: Readonly<Record<string, unknown>>, manifest: RegistryManifest): readonly Problem[] {
  const stated = text(root['mediaType']);
  const both = root['manifests'] !== undefined && (root['layers'] !== undefined || root['config'] !== undefined);
  if (both) {
    const message = `${manifest.digest} is a manifest and an index at once; it was read as what its media type says`;
    return [{ code: 'image.ambiguous', message }];
  }
  const problems = contradictedTypes(root, manifest.digest, [stated, manifest.mediaType]);
  if (stated !== undefined && manifest.mediaType?.startsWith('application/vnd.') && stated !== manifest.mediaType) {
    const message = `${manifest.digest} calls itself ${JSON.stringify(stated)}, the registry ${JSON.stringify(manifest.mediaType)}`;
    problems.push({ code: 'image.media-type', message });
  }
  return problems;
}

/** Docker's manifests before 2016 name no sizes and keep the configuration in pieces. */
function refuseOldForms(
  reference: string,
  root: Readonly<Record<string, unknown>>,
  mediaType: string | undefined,
): void {
  const old =
    root['schemaVersion'] === 1 || root['fsLayers'] !== undefined || mediaType?.includes('manifest.v1+') === true;
  const isOci = mediaType?.startsWith('application/vnd.oci.') === true;
  if (old && !isOci) {
    throw new SourceError(
      'source.unsupported',
      `${reference} is kept in the manifest format of before 2016 (schema 1), which cannot be read. Pull and push it with a current Docker or skopeo, then scan it again.`,
    );
  }
  if (root['manifests'] === undefined && root['layers'] === undefined && root['config'] === undefined) {
    throw new SourceError('source.refused', `${reference}: the registry answered with JSON that is no manifest`);
  }
}
