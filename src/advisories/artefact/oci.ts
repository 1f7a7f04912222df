import { asList, asRecord, asText, type JsonRecord } from '../../formats/record.ts';
import type { BlobDescriptor } from '../../net/registry/client.ts';
import { refused } from './manifest.ts';

/** Media types of what Drydock puts into a registry. */
export const ociTypes = {
  artefact: 'application/vnd.drydock.advisories.v1',
  whole: 'application/vnd.drydock.advisories.database.v1',
  delta: 'application/vnd.drydock.advisories.delta.v1',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
} as const;

/** The configuration of an artefact that needs none (OCI image specification 1.1, "Guidance for an Empty Descriptor"). */
export const emptyConfig = {
  bytes: Buffer.from('{}'),
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
} as const;

/** Names of annotations. Nobody signs them: they only say which layer is worth fetching. */
const names = {
  version: 'drydock.advisories.version',
  content: 'drydock.advisories.content',
  base: 'drydock.advisories.base',
} as const;

/** A database in a registry, or what turns one database into another. */
export interface OciLayer extends Required<BlobDescriptor> {
  readonly version: number;
  /** Digest of what the database says (content-digest.ts). */
  readonly content: string;
}

export interface OciDelta extends OciLayer {
  /** Digest of what the database says that the delta applies to. */
  readonly base: string;
}

/** What a tag of a registry holds: the newest database, and deltas that lead to it. */
export interface OciArtefact {
  readonly whole: OciLayer;
  readonly deltas: readonly OciDelta[];
}

/** Layers that are looked at. */
const LAYERS = 1000;

/** The manifest of an artefact; equal artefacts give equal bytes. */
export function writeOciManifest({ whole, deltas }: OciArtefact, created: string): Buffer {
  const layer = (mediaType: string, one: OciLayer, base: object) => ({
    mediaType,
    digest: one.digest,
    size: one.size,
    annotations: { [names.version]: String(one.version), [names.content]: one.content, ...base },
  });
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociTypes.manifest,
      artifactType: ociTypes.artefact,
      config: { mediaType: ociTypes.empty, digest: emptyConfig.digest, size: emptyConfig.bytes.length },
      layers: [
        layer(ociTypes.whole, whole, {}),
        ...deltas.map((delta) => layer(ociTypes.delta, delta, { [names.base]: delta.base })),
      ],
      annotations: { 'org.opencontainers.image.created': created, [names.version]: String(whole.version) },
    }),
  );
}

/**
 * Reads a manifest that a registry gave.
 * @throws AdvisoriesError `advisories.refused` if it is none of an advisory database
 */
export function readOciManifest(bytes: Uint8Array): OciArtefact {
  let root: JsonRecord | undefined;
  try {
    root = asRecord(JSON.parse(Buffer.from(bytes).toString()));
  } catch (error) {
    throw refused('its manifest in the registry is no JSON', error);
  }
  const layers = asList(root?.['layers'])
    .slice(0, LAYERS)
    .map(asRecord)
    .filter((one) => one !== undefined);
  const whole = layers.find((layer) => layer['mediaType'] === ociTypes.whole);
  const described = whole === undefined ? undefined : readLayer(whole);
  if (described === undefined) throw refused('it is an image or something else, and no advisory database of Drydock');
  const deltas = layers
    .filter((layer) => layer['mediaType'] === ociTypes.delta)
    .flatMap((layer): OciDelta | readonly [] => {
      const one = readLayer(layer);
      const base = asText(asRecord(layer['annotations'])?.[names.base], 100);
      // One that says nothing of itself is of no use, and does no harm.
      return one === undefined || base === undefined || base === one.content ? [] : { ...one, base };
    });
  return { whole: described, deltas };
}

function readLayer(layer: JsonRecord): OciLayer | undefined {
  const { size } = layer;
  const digest = asText(layer['digest'], 200);
  const notes = asRecord(layer['annotations']);
  const version = Number(asText(notes?.[names.version], 20));
  const content = asText(notes?.[names.content], 100);
  if (digest === undefined || content === undefined || !Number.isSafeInteger(version)) return undefined;
  if (!/^sha256:[0-9a-f]{64}$/.test(digest) || typeof size !== 'number' || !Number.isSafeInteger(size))
    return undefined;
  return size > 0 ? { digest, size, version, content } : undefined;
}

/**
 * The deltas that lead from one content to another, the first to be applied first.
 * @returns undefined: they do not
 */
export function chainOf(deltas: readonly OciDelta[], from: string, to: string): readonly OciDelta[] | undefined {
  const chain: OciDelta[] = [];
  for (let at = to; at !== from; ) {
    const last = deltas.find(({ content }) => content === at);
    // No longer than there are deltas: a circle leads nowhere.
    if (last === undefined || chain.length >= deltas.length) return undefined;
    chain.unshift(last);
    at = last.base;
  }
  return chain;
}

export function bytesOf(layers: readonly OciLayer[]): number {
  return layers.reduce((sum, { size }) => sum + size, 0);
}
