import { asList, asRecord, asText, type JsonRecord } from '../formats/record.ts';
import type { RegistryClient, RegistryManifest } from '../net/registry/client.ts';
import { RegistryError } from '../net/registry/failure.ts';

const MiB = 1024 * 1024;
/** Bytes of a manifest or index, of one document, and of all documents of an image. */
const MANIFEST = 4 * MiB;
const DOCUMENT = 64 * MiB;
const ALL = 256 * MiB;
/** Things attached to one digest that are looked at, layers of one of them, and documents of an image. */
const ATTACHED = 100;
const LAYERS = 50;
const DOCUMENTS = 500;
/** Variants of an image whose attachments are looked at. */
const VARIANTS = 50;

/** How something is attached: as a referrer, under a tag of cosign, in the index as BuildKit does; or by hand, from a file. */
export type Attachment = 'referrer' | 'cosign' | 'buildkit' | 'file';

/** A document that a registry has of an image. Nothing of it has been believed yet. */
export interface AttachedDocument {
  /** Of its bytes. */
  readonly digest: string;
  readonly mediaType: string;
  readonly attachment: Attachment;
  /** Of the manifest that it hangs on. */
  readonly about: string;
  readonly annotations: ReadonlyMap<string, string>;
  readonly bytes: Buffer;
}

/** What is attached to an image, and what of it could not be read. */
export interface AttachedDocuments {
  /** The image, the index first, then its variants. */
  readonly digests: readonly string[];
  readonly documents: readonly AttachedDocument[];
  readonly faults: readonly string[];
}

/** Signatures, attestations, and bills of materials, by the types of their layers. */
const vexTypes = /^application\/(?:vnd\.openvex\+json|vex\+json)$/;

const wanted: readonly RegExp[] = [
  /^application\/vnd\.(?:in-toto\+json|dsse\.envelope\.v1\+json|dev\.cosign\.simplesigning\.v1\+json)$/,
  /^application\/vnd\.dev\.sigstore\.bundle(?:\.v[\d.]+)?\+json(?:;.*)?$/,
  /^(?:application|text)\/(?:vnd\.)?(?:cyclonedx|spdx|syft)(?:\+json|\+xml)?$/,
  vexTypes,
];

/** What a layer says of itself, before anything of it is fetched. */
export interface AttachedLayer {
  readonly mediaType: string;
  readonly annotations: ReadonlyMap<string, string>;
}

export interface AttachedOptions {
  /** Which documents are fetched, of those that can be read; absent: all. */
  readonly wants?: (layer: AttachedLayer) => boolean;
  readonly signal?: AbortSignal;
}

/**
 * What is attached to one variant of an image, and to the index that has it: what is said of an index is said of all its
 * variants.
 * @param digest of the manifest
 * @param tag under which the image was asked for: it tells the index, unless it has moved on
 * @throws RegistryError where the registry does not answer
 */
export async function attachedToVariant(
  client: RegistryClient,
  digest: string,
  tag: string | undefined,
  options: AttachedOptions = {},
): Promise<AttachedDocuments> {
  const root = tag === undefined ? undefined : await rootOf(client, tag, options.signal);
  const index = asList(parse(root?.bytes)?.['manifests']).map((one) => asRecord(one) ?? {});
  const isIn = index.some((one) => digestOf(one) === digest);
  const digests = [...new Set(isIn && root !== undefined ? [digest, root.digest] : [digest])];
  return await collect(new Collector(client, options), digests, isIn ? index : []);
}

async function rootOf(
  client: RegistryClient,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<RegistryManifest | undefined> {
  try {
    return await client.manifest(tag, MANIFEST, signal);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Signatures, attestations and bills of materials that a registry has of an image: what refers to its manifest (OCI
 * referrers, or the tag that stands for them), what cosign keeps under `sha256-....sig`, `.att` and `.sbom`, and what
 * BuildKit puts into its index.
 * @param reference tag or digest
 * @throws RegistryError where the registry does not have the image, or does not answer
 */
export async function attachedDocuments(
  client: RegistryClient,
  reference: string,
  signal?: AbortSignal,
): Promise<AttachedDocuments> {
  const root = await client.manifest(reference, MANIFEST, signal);
  const collector = new Collector(client, signal === undefined ? {} : { signal });
  const index = asList(parse(root.bytes)?.['manifests']).map((one) => asRecord(one) ?? {});
  const variants = index.filter((one) => !isAttestation(one)).flatMap((one) => digestOf(one) ?? []);
  if (variants.length > VARIANTS)
    collector.faults.push(`it has ${variants.length} variants; the first ${VARIANTS} are looked at`);
  const digests = [...new Set([root.digest, ...variants.slice(0, VARIANTS)])];
  return await collect(collector, digests, index);
}

async function collect(
  collector: Collector,
  digests: readonly string[],
  index: readonly JsonRecord[],
): Promise<AttachedDocuments> {
  for (const digest of digests) {
    // Anybody who may push can refer to an image, as often as they like: what stands under its own tags comes first.
    for (const end of ['sig', 'att', 'sbom'])
      await collector.manifest(`${digest.replace(':', '-')}.${end}`, 'cosign', digest);
    await collector.referrersOf(digest);
  }
  for (const one of index.slice(0, ATTACHED)) {
    const about = asText(asRecord(one['annotations'])?.['vnd.docker.reference.digest'], 200);
    const attached = digestOf(one);
    if (!isAttestation(one) || attached === undefined || about === undefined || !digests.includes(about)) continue;
    await collector.manifest(attached, 'buildkit', about);
  }
  return { digests, documents: collector.documents, faults: collector.faults };
}

function isAttestation(descriptor: JsonRecord): boolean {
  return asRecord(descriptor['annotations'])?.['vnd.docker.reference.type'] === 'attestation-manifest';
}

function digestOf(descriptor: JsonRecord): string | undefined {
  const digest = asText(descriptor['digest'], 200);
  return digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : undefined;
}

class Collector {
  readonly documents: AttachedDocument[] = [];
  readonly faults: string[] = [];
  readonly #client: RegistryClient;
  readonly #signal: AbortSignal | undefined;
  readonly #wants: (layer: AttachedLayer) => boolean;
  readonly #seen = new Set<string>();
  #bytes = 0;

  constructor(client: RegistryClient, { wants = () => true, signal }: AttachedOptions) {
    this.#client = client;
    this.#signal = signal;
    this.#wants = wants;
  }

  async referrersOf(digest: string): Promise<void> {
    const bytes = await this.#client.referrers(digest, MANIFEST, this.#signal);
    if (bytes === undefined) return;
    // Those that say to be what is looked for come first.
    const listed = asList(parse(bytes)?.['manifests']).toSorted((a, b) => Number(isTyped(b)) - Number(isTyped(a)));
    if (listed.length > ATTACHED)
      this.faults.push(`more than ${ATTACHED} things refer to ${digest}; the first are read`);
    for (const one of listed.slice(0, ATTACHED)) {
      const other = digestOf(asRecord(one) ?? {});
      if (other !== undefined) await this.manifest(other, 'referrer', digest);
    }
  }

  /** The documents of one manifest; nothing where there is none. */
  async manifest(reference: string, attachment: Attachment, about: string): Promise<void> {
    let root: JsonRecord | undefined;
    try {
      root = parse((await this.#client.manifest(reference, MANIFEST, this.#signal)).bytes);
    } catch (error) {
      if (isAbsent(error)) return;
      if (!isOfOne(error)) throw error;
      this.faults.push(`${reference}: ${error.message}`);
      return;
    }
    const layers = asList(root?.['layers']);
    if (layers.length > LAYERS) this.faults.push(`${reference} has more than ${LAYERS} documents; the first are read`);
    for (const one of layers.slice(0, LAYERS)) {
      const layer = asRecord(one) ?? {};
      const mediaType = asText(layer['mediaType'], 200) ?? '';
      const digest = digestOf(layer);
      if (digest === undefined || !wanted.some((form) => form.test(mediaType))) continue;
      const annotations = annotationsOf(layer);
      if (!this.#wants({ mediaType, annotations })) continue;
      await this.#document(digest, mediaType, attachment, about, annotations);
    }
  }

  async #document(
    digest: string,
    mediaType: string,
    attachment: Attachment,
    about: string,
    annotations: ReadonlyMap<string, string>,
  ): Promise<void> {
    // Signatures of one image by several people have the same bytes, and differ by their annotations.
    const key = JSON.stringify([digest, about, ...annotations]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.documents.length >= DOCUMENTS || this.#bytes > ALL) {
      if (!this.faults.includes(TOO_MUCH)) this.faults.push(TOO_MUCH);
      return;
    }
    try {
      const bytes = await this.#client.document({ digest }, DOCUMENT, this.#signal);
      this.#bytes += bytes.length;
      this.documents.push({ digest, mediaType, attachment, about, annotations, bytes });
    } catch (error) {
      if (!isOfOne(error)) throw error;
      this.faults.push(error.message);
    }
  }
}

const TOO_MUCH = `more than ${DOCUMENTS} documents, or ${ALL / MiB} MiB of them, are attached; the first are read`;

function annotationsOf(layer: JsonRecord): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(asRecord(layer['annotations']) ?? {})) {
    if (typeof value === 'string' && found.size < 100) found.set(name, value);
  }
  return found;
}

/** One that is missing, too large or wrong says nothing of the others. */
function isOfOne(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.code !== 'source.unreachable';
}

function isTyped(descriptor: unknown): boolean {
  const type = asText(asRecord(descriptor)?.['artifactType'], 200) ?? '';
  return type.startsWith('application/vnd.dev.cosign.') || wanted.some((form) => form.test(type));
}

function isAbsent(error: unknown): boolean {
  return error instanceof RegistryError && error.code === 'source.not-found';
}

function parse(bytes: Buffer | undefined): JsonRecord | undefined {
  try {
    return bytes && asRecord(JSON.parse(bytes.toString()));
  } catch {
    return undefined;
  }
}
