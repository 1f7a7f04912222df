import type { LayerReading } from './read-layer.ts';

/** How much a cache may keep, and how long. */
export interface CacheBounds {
  readonly bytes: number;
  /** Milliseconds since a record was last used. */
  readonly age: number;
}

/**
 * What was learned of layers, by digests that were verified, and by what the reading depends on besides the bytes
 * (`readersKey`). It costs time where it cannot be used, never a result: nothing here throws. All adapters pass the same
 * suite (layer-cache-conformance.ts).
 */
export interface LayerCache {
  /** False: it will never keep anything, so that nothing need be read for its sake. */
  readonly keeps: boolean;
  /**
   * @param digest `sha256:...` of the layer as stored, verified by the caller
   * @returns undefined also where a record is damaged, which is thrown away then
   */
  get(digest: string, readers: string): LayerReading | undefined | Promise<LayerReading | undefined>;
  has(digest: string, readers: string): boolean | Promise<boolean>;
  put(digest: string, readers: string, reading: LayerReading): void | Promise<void>;
}

/** Whether a record can be kept under such names: they become parts of paths and keys. */
export function isCacheKey(digest: string, readers: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(digest) && /^[0-9a-f]{16}(?:[0-9a-f]{16})?$/.test(readers);
}
