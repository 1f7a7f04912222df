import { FormatError, LimitError } from '../errors.ts';
import { asList, asRecord, asText, type JsonRecord } from '../formats/record.ts';
import { readAttestedVex } from '../formats/vex/attestation.ts';
import type { VexDocument } from '../formats/vex/document.ts';
import { RegistryClient, type RegistryClientOptions } from '../net/registry/client.ts';
import { RegistryError } from '../net/registry/failure.ts';
import type { ImageReference } from './reference.ts';

const MiB = 1024 * 1024;
/** Bytes of a manifest or index, and of a document that is attached. */
const MANIFEST = 4 * MiB;
const DOCUMENT = 64 * MiB;
/** Things attached to an image that are looked at, and layers of one of them. */
const ATTACHED = 100;
const LAYERS = 50;

/** Media types of layers that may hold OpenVEX. */
const readable =
  /^application\/(?:vnd\.in-toto\+json|vnd\.dsse\.envelope\.v1\+json|vnd\.openvex\+json|vex\+json|vnd\.dev\.sigstore\.bundle(?:\.v[\d.]+)?\+json(?:;.*)?)$/;

/** Statements that a registry has of an image, and what of them could not be read. */
export interface AttachedVex {
  readonly documents: readonly { readonly digest: string; readonly document: VexDocument }[];
  readonly faults: readonly string[];
}

/**
 * OpenVEX that is attached to an image in its registry: what refers to its manifest (OCI referrers), what cosign keeps
 * under the tag `sha256-....att`, and what BuildKit puts into the index of the image. Who put it there is not checked:
 * whoever may write to the repository may.
 * @param digest of the manifest
 * @throws RegistryError where the registry does not answer
 */
export async function attachedVex(
  { registry, repository, tag }: ImageReference,
  digest: string,
  options: RegistryClientOptions,
  signal?: AbortSignal,
): Promise<AttachedVex> {
  const client = new RegistryClient(registry, repository, options);
  const collected = new Collection(client, signal);
  const whole = tag === undefined ? undefined : await collected.indexWith(tag, digest);
  // What is attached to the index is said of all its variants.
  const digests = [digest, ...(whole === undefined ? [] : [whole.digest])];
  collected.about = digests;
  for (const one of digests) {
    await collected.referrersOf(one);
    await collected.cosignOf(one);
  }
  if (whole !== undefined) await collected.buildkitOf(whole.root, digest);
  return { documents: collected.documents, faults: collected.faults };
}

class Collection {
  readonly documents: { readonly digest: string; readonly document: VexDocument }[] = [];
  readonly faults: string[] = [];
  /** Digests that the image has: an attestation of another one may have been copied here. */
  about: readonly string[] = [];
  readonly #client: RegistryClient;
  readonly #signal: AbortSignal | undefined;
  readonly #seen = new Set<string>();

  constructor(client: RegistryClient, signal: AbortSignal | undefined) {
    this.#client = client;
    this.#signal = signal;
  }

  /** The index that a tag names, if the manifest is in it: a tag may have moved on. */
  async indexWith(
    tag: string,
    digest: string,
  ): Promise<{ readonly digest: string; readonly root: JsonRecord } | undefined> {
    try {
      const manifest = await this.#client.manifest(tag, MANIFEST, this.#signal);
      const root = parse(manifest.bytes);
      const has = asList(root?.['manifests']).some((one) => asRecord(one)?.['digest'] === digest);
      return root !== undefined && has ? { digest: manifest.digest, root } : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async referrersOf(digest: string): Promise<void> {
    const bytes = await this.#client.referrers(digest, MANIFEST, this.#signal);
    if (bytes === undefined) return;
    const root = parse(bytes);
    const listed = asList(root?.['manifests']);
    if (root === undefined) this.faults.push(`the list of what refers to ${digest} is no JSON`);
    if (listed.length > ATTACHED)
      this.faults.push(`more than ${ATTACHED} things refer to ${digest}; the first are read`);
    for (const one of listed.slice(0, ATTACHED)) {
      const other = asText(asRecord(one)?.['digest'], 200);
      const type = asText(asRecord(one)?.['artifactType'], 200) ?? '';
      // Signatures and bills of material are none; what does not say what it is may be one.
      if (other !== undefined && !/cosign\.artifact\.sig|spdx|cyclonedx|notary/i.test(type))
        await this.#manifest(other);
    }
  }

  async cosignOf(digest: string): Promise<void> {
    await this.#manifest(`${digest.replace(':', '-')}.att`);
  }

  async buildkitOf(index: JsonRecord, digest: string): Promise<void> {
    for (const one of asList(index['manifests']).slice(0, ATTACHED)) {
      const descriptor = asRecord(one);
      const notes = asRecord(descriptor?.['annotations']);
      const attached = asText(descriptor?.['digest'], 200);
      const isFor = notes?.['vnd.docker.reference.digest'] === digest;
      if (isFor && notes?.['vnd.docker.reference.type'] === 'attestation-manifest' && attached !== undefined) {
        await this.#manifest(attached);
      }
    }
  }

  async #manifest(reference: string): Promise<void> {
    let root: JsonRecord | undefined;
    try {
      root = parse((await this.#client.manifest(reference, MANIFEST, this.#signal)).bytes);
    } catch (error) {
      if (isAbsent(error)) return;
      throw error;
    }
    for (const one of asList(root?.['layers']).slice(0, LAYERS)) {
      const layer = asRecord(one);
      const notes = asRecord(layer?.['annotations']);
      const predicate = asText(notes?.['in-toto.io/predicate-type'] ?? notes?.['predicateType'], 500);
      const digest = asText(layer?.['digest'], 200);
      if (digest === undefined || !readable.test(asText(layer?.['mediaType'], 200) ?? '')) continue;
      if (predicate !== undefined && !predicate.startsWith('https://openvex.dev/ns')) continue;
      await this.#layer(digest);
    }
  }

  async #layer(digest: string): Promise<void> {
    if (this.#seen.has(digest)) return;
    this.#seen.add(digest);
    const bytes = await this.#client.document({ digest }, DOCUMENT, this.#signal);
    try {
      const read = readAttestedVex(bytes);
      if (read === undefined) return;
      const { document, subjects } = read;
      const isOwn = subjects.length === 0 || subjects.some((subject) => this.about.includes(subject));
      if (isOwn) this.documents.push({ digest, document });
      else this.faults.push(`${digest} is an attestation of another image, ${subjects[0]}`);
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
      this.faults.push(`${digest}: ${error.message}`);
    }
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof RegistryError && error.code === 'source.not-found';
}

function parse(bytes: Buffer): JsonRecord | undefined {
  try {
    return asRecord(JSON.parse(bytes.toString()));
  } catch {
    return undefined;
  }
}
