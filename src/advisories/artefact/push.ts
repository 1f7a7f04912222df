import { createReadStream, statSync } from 'node:fs';
import { noProgress, type Progress } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import type { ImageReference } from '../../image/reference.ts';
import { RegistryClient, type RegistryClientOptions } from '../../net/registry/client.ts';
import { RegistryError } from '../../net/registry/failure.ts';
import { RegistryUploader } from '../../net/registry/upload.ts';
import { openArtefact, peekHead } from './artefact-file.ts';
import { explaining } from './explaining.ts';
import { type Manifest, refused } from './manifest.ts';
import {
  bytesOf,
  emptyConfig,
  type OciDelta,
  type OciLayer,
  ociTypes,
  readOciManifest,
  writeOciManifest,
} from './oci.ts';
import { fileDigest } from './write-file.ts';

export interface PushOptions {
  readonly reference: ImageReference;
  /** Artefacts: one whole database, and deltas that lead to it. */
  readonly files: readonly string[];
  /** Also what nobody signed. */
  readonly allowUnsigned?: boolean;
  readonly registry: RegistryClientOptions;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface PushSummary {
  readonly manifest: Manifest;
  /** Bytes that were sent: what the registry has already is not sent again. */
  readonly sent: number;
  /** Deltas that lead to the database: those that were given, and earlier ones that the registry had. */
  readonly deltas: number;
}

interface Part {
  readonly file: string;
  readonly layer: OciLayer;
  readonly manifest: Manifest;
}

const MANIFEST_BYTES = 4 * 1024 * 1024;

/** Deltas that are kept, as long as they are together shorter than the database: whoever comes daily needs one. */
const DELTAS = 30;

/**
 * Puts a database into a registry under a tag, with the deltas that lead to it.
 * @throws RegistryError
 * @throws AdvisoriesError `advisories.refused` for what is no artefact
 */
export async function pushAdvisories(options: PushOptions): Promise<PushSummary> {
  const { reference, signal, progress = noProgress } = options;
  const { registry, repository, tag } = reference;
  if (tag === undefined || reference.digest !== undefined) {
    throw new UsageError('usage.option', 'A database is pushed to a tag, not to a digest.');
  }
  const parts: Part[] = [];
  for (const file of options.files) parts.push(await readPart(file, options));
  const [whole, ...more] = parts.filter(({ manifest }) => manifest.kind === 'whole');
  if (whole === undefined || more.length > 0) {
    throw new UsageError('usage.option', 'One of the files has to be a whole database, and the others deltas.');
  }
  // One that changes nothing leads nowhere.
  const given = parts.filter((part) => part !== whole && part.manifest.base?.content !== part.manifest.content);
  const earlier = await earlierDeltas(options);
  const deltas = keptDeltas([...given.map(deltaOf), ...earlier], whole.layer);
  for (const { file, layer } of given) {
    if (deltas.some(({ digest }) => digest === layer.digest)) continue;
    throw new UsageError(
      'usage.option',
      `${file} is a delta that does not lead to ${whole.file}, or longer than that.`,
    );
  }
  const uploader = new RegistryUploader(registry, repository, options.registry);
  let sent = 0;
  const send = async (digest: string, size: number, open: Parameters<typeof uploader.blob>[1]): Promise<void> => {
    if (await uploader.blob({ digest, size }, open, signal)) sent += size;
  };
  await send(emptyConfig.digest, emptyConfig.bytes.length, () => emptyConfig.bytes);
  for (const { file, layer } of [whole, ...given]) {
    await send(layer.digest, layer.size, () => {
      let done = 0;
      const bytes = createReadStream(file, { highWaterMark: 256 * 1024 });
      bytes.on('data', (chunk) => {
        done += chunk.length;
        progress.report(`sending ${file}`, done, layer.size, 'bytes');
      });
      return bytes;
    });
  }
  const manifest = writeOciManifest({ whole: whole.layer, deltas }, whole.manifest.created);
  await uploader.manifest(tag, manifest, ociTypes.manifest, signal);
  return { manifest: whole.manifest, sent, deltas: deltas.length };
}

async function readPart(file: string, { allowUnsigned = false }: PushOptions): Promise<Part> {
  const handle = await openArtefact(file);
  try {
    const { manifest } = await explaining(file, undefined, async () => {
      const head = await peekHead(handle);
      if (!head.isSigned && !allowUnsigned) throw refused('it is not signed (--allow-unsigned)');
      return head;
    });
    const digest = `sha256:${await fileDigest(file)}`;
    const layer = { digest, size: statSync(file).size, version: manifest.version, content: manifest.content };
    return { file, layer, manifest };
  } finally {
    await handle.close();
  }
}

function deltaOf({ layer, manifest }: Part): OciDelta {
  return { ...layer, base: manifest.base?.content ?? '' };
}

/** What the tag has now. */
async function earlierDeltas({ reference, registry, signal }: PushOptions): Promise<readonly OciDelta[]> {
  const client = new RegistryClient(reference.registry, reference.repository, { ...registry, mirrors: new Map() });
  try {
    const { bytes } = await client.manifest(reference.tag!, MANIFEST_BYTES, signal);
    return readOciManifest(bytes).deltas;
  } catch (error) {
    if (error instanceof RegistryError && error.code !== 'source.not-found') throw error;
    // There was none, or something else, which is replaced.
    return [];
  }
}

/** The newest deltas that lead to a database one after the other, the newest first. */
function keptDeltas(deltas: readonly OciDelta[], whole: OciLayer): readonly OciDelta[] {
  const kept: OciDelta[] = [];
  for (let at = whole.content; kept.length < DELTAS; ) {
    const next = deltas.find((delta) => delta.content === at && !kept.includes(delta));
    if (next === undefined || bytesOf(kept) + next.size >= whole.size) break;
    kept.push(next);
    at = next.base;
  }
  return kept;
}
