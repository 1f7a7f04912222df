import { createHash } from 'node:crypto';
import { SourceError } from '../errors.ts';
import type { Compression } from '../formats/compression/detect.ts';
import type { Limits } from '../limits.ts';
import type { ImageInfo } from '../model/image.ts';
import type { Problem } from '../model/problem.ts';
import { joinLayers, type ManifestLayer, parseConfig, platformName, repeatedLayers } from './config.ts';
import { record, text } from './json.ts';

/** A reference to a blob (OCI image specification, "Content Descriptors"). */
export interface Descriptor {
  readonly digest: string;
  readonly mediaType?: string;
  readonly size?: number;
  readonly platform?: string;
  readonly name?: string;
  /** The blob is to be had elsewhere, and mostly only there: a foreign layer. */
  readonly elsewhere: boolean;
  /** Attestations stand beside images in an index and are none. */
  readonly attestation: boolean;
  /** A table of its files is in the layer, by which a runtime may fetch them one by one. */
  readonly lazy?: string;
}

/** Annotations of a layer that name the digest of its table of files, and what the form is called. */
const lazyForms: readonly (readonly [annotation: string, form: string])[] = [
  ['containerd.io/snapshot/stargz/toc.digest', 'eStargz'],
  ['io.github.containers.zstd-chunked.manifest-checksum', 'zstd:chunked'],
  ['io.containers.zstd-chunked.manifest-checksum', 'zstd:chunked'],
];

/** Layer media types that hold an archive, whatever its compression: OCI, Docker, and their foreign forms. */
const layerTypes: readonly string[] = [
  'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.docker.image.rootfs.diff.tar',
  'application/vnd.docker.image.rootfs.foreign.diff.tar',
];

/** A layer of an OCI image that stands in a SIF file. */
const squashfsLayer = 'application/vnd.sylabs.image.layer.v1.squashfs';

/** A descriptor as it stands in a manifest or an index; undefined where it names no digest. */
export function readDescriptor(value: unknown): Descriptor | undefined {
  const fields = record(value);
  const digest = text(fields['digest']);
  if (digest === undefined) return undefined;
  const annotations = record(fields['annotations']);
  const platform = platformName(record(fields['platform']));
  const mediaType = text(fields['mediaType']);
  const name = text(annotations['io.containerd.image.name']) ?? text(annotations['org.opencontainers.image.ref.name']);
  const size = fields['size'];
  const urls = fields['urls'];
  const lazy = lazyForms.find(([annotation]) => text(annotations[annotation]) !== undefined)?.[1];
  return {
    digest,
    ...(mediaType !== undefined && { mediaType }),
    ...(typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 && { size }),
    ...(platform !== '' && { platform }),
    ...(name !== undefined && { name }),
    elsewhere: Array.isArray(urls) && urls.length > 0,
    // The annotation alone does not keep a runtime from taking it for an image.
    attestation: platform === 'unknown/unknown',
    ...(lazy !== undefined && { lazy }),
  };
}

/** True for a media type of an index: OCI's, or Docker's list. */
export function isIndexType(mediaType: string | undefined): boolean {
  return mediaType !== undefined && (mediaType.includes('index') || mediaType.includes('manifest.list'));
}

/** Media types that say index of a manifest, or manifest of an index. */
export function contradictedTypes(
  root: Readonly<Record<string, unknown>>,
  digest: string,
  types: readonly (string | undefined)[],
): Problem[] {
  const index = root['manifests'] !== undefined;
  const problems: Problem[] = [];
  for (const type of new Set(types)) {
    if (type === undefined || !/manifest|index/.test(type) || isIndexType(type) === index) continue;
    const message = `${digest} is ${index ? 'an index' : 'a manifest'}, but called ${JSON.stringify(type)}`;
    problems.push({ code: 'image.media-type', message });
  }
  return problems;
}

/** The compression that the media type of a layer states; undefined where the type is none of a layer. */
export function statedCompression(mediaType: string): string | undefined {
  const base = layerTypes.find(
    (type) => mediaType === type || mediaType.startsWith(`${type}+`) || mediaType === `${type}.gzip`,
  );
  if (base === undefined) return undefined;
  const suffix = mediaType.slice(base.length + 1);
  return suffix === '' ? 'none' : suffix;
}

/** What is to be said of a layer whose media type is none of a layer; a runtime may refuse it. */
export function judgeMediaType(mediaType: string, layer: number): readonly Problem[] {
  if (statedCompression(mediaType) !== undefined || mediaType === squashfsLayer) return [];
  return [{ code: 'image.media-type', message: `layer ${layer} has the unknown media type ${mediaType}`, layer }];
}

/** What is to be said of a layer whose media type states another compression than its bytes have. */
export function judgeCompression(mediaType: string, compression: Compression, layer: number): readonly Problem[] {
  const stated = statedCompression(mediaType);
  if (stated === undefined || stated === compression) return [];
  const message = `layer ${layer} is ${nameOf(compression)}, its media type says ${nameOf(stated)}`;
  return [{ code: 'image.media-type', message, layer }];
}

function nameOf(compression: string): string {
  return compression === 'none' ? 'not compressed' : `compressed with ${compression}`;
}

/** Layers as ocicrypt makes them: their media type ends in `+encrypted`. */
export function isEncrypted(mediaType: string | undefined): boolean {
  return mediaType?.includes('encrypted') === true;
}

export function encryptedLayer(layer: number): Problem {
  const message = `layer ${layer} is encrypted (ocicrypt): nothing of it was read, and no key for it is taken`;
  return { code: 'image.layer-unreadable', message, layer };
}

/** A layer that its publisher does not let registries and archives keep: of Windows, mostly. */
export function isForeign(mediaType: string | undefined): boolean {
  return mediaType?.includes('nondistributable') === true || mediaType?.includes('foreign') === true;
}

/** What is to be said of layers that a runtime may read by a table in them, and not as the archive that they are. */
export function lazyLayers(descriptors: readonly (Descriptor | undefined)[]): readonly Problem[] {
  const byForm = Map.groupBy(descriptors.keys(), (index) => descriptors[index]?.lazy);
  return [...byForm].flatMap(([form, layers]): Problem[] => {
    if (form === undefined) return [];
    const told = layers.slice(0, 20).join(', ');
    const message =
      `${layers.length} layers are in the form ${form} (${told}): their archives were read whole; a runtime that ` +
      'fetches single files goes by the table in them, which was not compared';
    return [{ code: 'image.lazy-layers', message }];
  });
}

/** `sha256:...` */
export function sha256Of(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** What an image is described by, wherever it is. */
export interface ImageParts {
  readonly reference: string;
  readonly names: readonly string[];
  /** Of the manifest, where there is one. */
  readonly digest?: string | undefined;
  readonly mediaType?: string | undefined;
  /** Annotations of the manifest. */
  readonly annotations?: unknown;
  /** The configuration: what `readJson` made of it. */
  readonly config: { readonly value?: unknown; readonly bytes?: Uint8Array; readonly why?: string };
  readonly layers: readonly ManifestLayer[];
  /** What makes two layers the same, one a layer; undefined for a layer that is not there. */
  readonly identities: readonly (string | undefined)[];
}

/**
 * Joins manifest and configuration to what is known of an image before its layers are read.
 * @throws SourceError where it lists more layers than are read
 */
export function describeImage(
  parts: ImageParts,
  limits: Limits,
): { readonly info: ImageInfo; readonly problems: readonly Problem[] } {
  const { reference, names, digest, mediaType, layers } = parts;
  if (layers.length > limits.layers) {
    throw new SourceError('source.limit', `${reference}: ${layers.length} layers, more than ${limits.layers}`);
  }
  const problems: Problem[] = [];
  if (parts.config.why !== undefined) {
    problems.push({ code: 'image.config-unreadable', message: `the configuration: ${parts.config.why}` });
  }
  const id = parts.config.bytes && sha256Of(parts.config.bytes);
  const config = parseConfig(parts.config.value);
  const annotatedBase = baseOf(parts.annotations);
  const joined = joinLayers(layers, config);
  problems.push(...joined.problems, ...repeatedLayers(parts.identities));
  if (layers.length === 0) problems.push({ code: 'image.no-layers', message: 'the image has no layers' });
  return {
    info: {
      reference,
      names,
      ...(id !== undefined && { id }),
      ...(digest !== undefined && { digest }),
      ...(mediaType !== undefined && { mediaType }),
      ...(config.platform !== undefined && { platform: config.platform }),
      ...(config.created !== undefined && { created: config.created }),
      layers: joined.layers,
      history: joined.history,
      config: config.config,
      ...(annotatedBase !== undefined && { annotatedBase }),
    },
    problems,
  };
}

/** What builders write of the base into the manifest: `org.opencontainers.image.base.*` (OCI image specification, annotations.md). */
function baseOf(annotations: unknown): ImageInfo['annotatedBase'] {
  const fields = record(annotations);
  const [name, digest] = ['name', 'digest'].map((key) => text(fields[`org.opencontainers.image.base.${key}`]));
  // References are shorter, and have no password in them.
  const isName = name !== undefined && name.length <= 512 && /^[A-Za-z0-9][\w./:-]*(?:@sha\d+:[0-9a-f]+)?$/.test(name);
  const isDigest = digest !== undefined && /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(digest);
  if (!isName && !isDigest) return undefined;
  return { ...(isName && { name }), ...(isDigest && { digest }) };
}
