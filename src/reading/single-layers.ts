import type { ScanContext } from '../context.ts';
import { openLayerElsewhere } from '../image/elsewhere.ts';
import type { ElsewhereOptions } from '../image/elsewhere-options.ts';
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
  /** Of an image that has it, by the digest of its manifest: `registry.example/app@sha256:...` */
  readonly reference: string;
  readonly digest: string;
  /** Bytes as stored. */
  readonly size: number;
  /** Names what is to be learned of it: its digest, and whatever a reading depends on besides. */
  readonly key: string;
}

/**
 * Stored bytes from which on a layer is worth being read on its own: to have somebody else read it, and its record
 * fetched, takes about as long as reading less than this.
 */
const WORTH_ALONE = 1024 * 1024;

/** How much larger a single layer must be to be worth starting a thread that nothing else has to wait for. */
const ASIDE = 4;

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
    absent.set(digest, { reference, digest, size: content.size, key: `${digest} ${readers}` });
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
 * Reads one layer of a registry into the cache. Its image is not asked for: registries count that.
 * @returns false where the cache does not keep it: the registry has no such layer any more, a limit cut it short, or the
 *   cache cannot be used
 */
export async function readSingleLayer(
  { reference, digest, size }: Omit<AbsentLayer, 'key'>,
  { analyzers, cache, elsewhere, helpers }: SingleLayerOptions,
  context: ScanContext,
): Promise<boolean> {
  const content = await openLayerElsewhere(reference, { digest, size }, context, elsewhere);
  const layers = [{ index: 0, digest, size }];
  const alone = {
    info: { reference, names: [], layers, history: [], config: {}, hasConfig: false as const },
    layers: [content],
    problems: [],
  };
  // The main thread has images to put together.
  const aside = helpers && { ...helpers, always: true, worthwhile: helpers.worthwhile * ASIDE };
  await readLayers(alone, analyzers, context, { cache, ...(aside && { helpers: aside }) });
  return await cache.has(digest, readersKey(analyzers, context.limits));
}
