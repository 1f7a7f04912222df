import type { ScanContext } from '../context.ts';
import { SourceError } from '../errors.ts';
import type { ElsewhereOptions } from '../image/elsewhere-options.ts';
import { openImage } from '../image/open.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { formatImageReference, parseImageReference } from '../image/reference.ts';
import type { Limits } from '../limits.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { LayerHelpers } from './helpers.ts';
import type { LayerCache } from './layer-cache.ts';
import { readersKey } from './layer-records.ts';
import { readLayers } from './read-layers.ts';

/** A layer of a registry that the cache has not. */
export interface AbsentLayer {
  /** Of its image, by the digest of its manifest, so that nothing else comes: `registry.example/app@sha256:...` */
  readonly reference: string;
  readonly digest: string;
  /** Names what is to be learned of it: its digest, and whatever a reading depends on besides. */
  readonly key: string;
}

/**
 * Stored bytes from which on a layer is worth being read on its own: to have somebody else read it, and its record
 * fetched, takes about as long as reading less than this.
 */
const WORTH_ALONE = 1024 * 1024;

/**
 * Which layers of an image somebody else could read into the cache. Only layers of a registry: others have no file, or
 * no engine, that this process has.
 * @param least stored bytes that they have
 */
export async function absentLayers(
  image: OpenedImage,
  analyzers: readonly Analyzer[],
  cache: LayerCache,
  limits: Limits,
  least: number = WORTH_ALONE,
): Promise<readonly AbsentLayer[]> {
  const { digest: manifest, names, layers } = image.info;
  const [name] = names;
  if (!cache.keeps || manifest === undefined || name === undefined) return [];
  const readers = readersKey(analyzers, limits);
  const absent = new Map<string, AbsentLayer>();
  for (const [number, content] of image.layers.entries()) {
    const digest = layers[number]?.digest;
    if (content?.remote !== true || digest === undefined || content.size < least || absent.has(digest)) continue;
    if (await cache.has(digest, readers)) continue;
    const { registry, repository } = parseImageReference(name);
    const reference = formatImageReference({ registry, repository, digest: manifest });
    absent.set(digest, { reference, digest, key: `${digest} ${readers}` });
  }
  return [...absent.values()];
}

export interface SingleLayerOptions {
  readonly analyzers: readonly Analyzer[];
  readonly cache: LayerCache;
  readonly elsewhere: ElsewhereOptions;
  readonly helpers?: LayerHelpers;
}

/**
 * Reads one layer of an image of a registry into the cache.
 * @returns false where the cache does not keep it: a limit cut it short, or the cache cannot be used
 * @throws SourceError `source.not-found` when the image has no such layer
 */
export async function readSingleLayer(
  { reference, digest }: Pick<AbsentLayer, 'reference' | 'digest'>,
  { analyzers, cache, elsewhere, helpers }: SingleLayerOptions,
  context: ScanContext,
): Promise<boolean> {
  const { limits, signal, temporary } = context;
  const opened = await openImage(`registry:${reference}`, { limits, signal, temporary, elsewhere });
  try {
    for (const image of opened.images) {
      const number = image.info.layers.findIndex((layer) => layer.digest === digest);
      const info = image.info.layers[number];
      if (info === undefined) continue;
      const alone = { info: { ...image.info, layers: [info] }, layers: [image.layers[number]], problems: [] };
      await readLayers(alone, analyzers, context, { cache, ...(helpers && { helpers: { ...helpers, always: true } }) });
      return await cache.has(digest, readersKey(analyzers, limits));
    }
  } finally {
    opened.close();
  }
  throw new SourceError('source.not-found', `${reference} has no layer ${digest}.`);
}
