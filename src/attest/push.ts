import { createHash, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { asList, asRecord, type JsonRecord } from '../formats/record.ts';
import type { RegistryClient } from '../net/registry/client.ts';
import { RegistryError } from '../net/registry/failure.ts';
import type { RegistryUploader } from '../net/registry/upload.ts';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const ENVELOPE_TYPE = 'application/vnd.dsse.envelope.v1+json';

/** Bytes of a manifest. */
const MANIFEST = 4 * 1024 * 1024;
/** Attestations of an image that stand in one manifest; more are refused, since readers stop somewhere. */
const MOST = 50;

/** How often it is tried where others write to the same tags. */
const ATTEMPTS = 8;
/** Milliseconds after a write until it is looked at again: of several who write at once all must have written by then. */
const SETTLED = { least: 150, most: 450 };

/** Reads and writes one repository. */
export interface Repository {
  readonly client: RegistryClient;
  readonly uploader: RegistryUploader;
}

/** What was written. */
export interface PushedAttestation {
  /** Of the manifest that refers to the image. */
  readonly manifest: string;
  /** Under which it stands too, for whoever knows cosign's way only. */
  readonly tag: string;
  /** Whether the registry lists referrers itself; else the tag that stands for its list was written. */
  readonly listed: boolean;
}

/**
 * Attaches an attestation to an image: a manifest that refers to it (OCI 1.1, `subject`), under the tag where cosign looks
 * (`sha256-....att`), together with those that stand there already. Where a registry does not keep lists of referrers, the
 * tag that stands for the list is written (OCI distribution specification 1.1, "Pushing Manifests with Subject").
 *
 * A tag has no lock, and of two who read it, add to it and write it one loses what it added. So both tags are read again
 * after a while, and written again where it is missing.
 * @param digest of the image
 * @throws RegistryError
 */
export async function pushAttestation(
  repository: Repository,
  digest: string,
  envelope: Uint8Array,
  predicateType: string,
  signal?: AbortSignal,
): Promise<PushedAttestation> {
  const { client, uploader } = repository;
  const image = await client.manifest(digest, MANIFEST, signal);
  const subject = { mediaType: image.mediaType ?? MANIFEST_TYPE, digest, size: image.bytes.length };
  const tag = `${digest.replace(':', '-')}.att`;
  const layer = {
    ...descriptor(envelope, ENVELOPE_TYPE),
    annotations: { predicateType, 'dev.cosignproject.cosign/signature': '' },
  };
  await uploader.blob(descriptor(envelope, ''), () => envelope, signal);
  let listed = true;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    let current = await manifestOf(client, tag, signal);
    if (!hasDigest(current.content?.['layers'], layer.digest)) {
      const manifest = await pushed(repository, tag, current.content, layer, subject, signal);
      listed = manifest.listed;
      if (!listed) await list(repository, digest, manifest.own, current.digest, signal);
    } else if (attempt > 0 && !listed) {
      // Another one took it over, and the list may have lost that.
      await list(repository, digest, { ...ownDescriptor(current), artifactType: ENVELOPE_TYPE }, undefined, signal);
    }
    await sleep(randomInt(SETTLED.least, SETTLED.most), undefined, { ...(signal !== undefined && { signal }) });
    current = await manifestOf(client, tag, signal);
    const stands = hasDigest(current.content?.['layers'], layer.digest);
    if (stands && (listed || (await isListed(repository, digest, current.digest, signal)))) {
      return { manifest: current.digest!, tag, listed };
    }
  }
  throw new RegistryError('source.refused', `${tag} is written by others at the same time; try it again`);
}

interface Referring {
  /** Its descriptor in a list of referrers. */
  readonly own: JsonRecord;
  readonly listed: boolean;
}

/** Writes the attestations of an image with one more. */
async function pushed(
  { uploader }: Repository,
  tag: string,
  before: JsonRecord | undefined,
  layer: JsonRecord,
  subject: { readonly digest: string },
  signal: AbortSignal | undefined,
): Promise<Referring> {
  const layers = [...asList(before?.['layers']), layer];
  if (layers.length > MOST) {
    throw new RegistryError('source.refused', `${subject.digest} has ${MOST} attestations already; remove some first`);
  }
  const config = json({
    architecture: '',
    os: '',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map((one) => asRecord(one)?.['digest']) },
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType: ENVELOPE_TYPE,
    config: descriptor(config, CONFIG_TYPE),
    layers,
    subject,
  });
  await uploader.blob(descriptor(config, ''), () => config, signal);
  const answer = await uploader.manifest(tag, manifest, MANIFEST_TYPE, signal);
  const own = { ...descriptor(manifest, MANIFEST_TYPE), artifactType: ENVELOPE_TYPE };
  return { own, listed: answer.subject === subject.digest };
}

/**
 * Adds to the index that stands for the list of referrers.
 * @param former manifest whose attestations the new one has taken over: it is left out
 */
async function list(
  { client, uploader }: Repository,
  digest: string,
  own: JsonRecord,
  former: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tag = digest.replace(':', '-');
  const { content } = await manifestOf(client, tag, signal);
  const others = asList(content?.['manifests']).filter((one) => {
    const listed = asRecord(one)?.['digest'];
    return listed !== own['digest'] && (former === undefined || listed !== former);
  });
  const index = json({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [...others, own] });
  await uploader.manifest(tag, index, INDEX_TYPE, signal);
}

async function isListed(
  { client }: Repository,
  digest: string,
  manifest: string | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { content } = await manifestOf(client, digest.replace(':', '-'), signal);
  return hasDigest(content?.['manifests'], manifest);
}

function hasDigest(list: unknown, digest: unknown): boolean {
  return digest !== undefined && asList(list).some((one) => asRecord(one)?.['digest'] === digest);
}

/** What stands under a tag; nothing where there is no such tag. */
interface Tagged {
  readonly digest?: string;
  readonly size?: number;
  readonly content?: JsonRecord | undefined;
}

function ownDescriptor({ digest, size }: Tagged): JsonRecord {
  return { mediaType: MANIFEST_TYPE, digest, size };
}

async function manifestOf(client: RegistryClient, reference: string, signal: AbortSignal | undefined): Promise<Tagged> {
  try {
    const { bytes, digest } = await client.manifest(reference, MANIFEST, signal);
    return { digest, size: bytes.length, content: asRecord(JSON.parse(bytes.toString())) };
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'source.not-found') return {};
    if (!(error instanceof SyntaxError)) throw error;
    throw new RegistryError('source.refused', `${reference} is there, and is no JSON: it is not written over`);
  }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function descriptor(bytes: Uint8Array, mediaType: string) {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { mediaType, digest, size: bytes.length };
}
