import type { LayerInfo } from '../model/image.ts';
import type { LayerRef } from '../model/package.ts';

/** A layer as packages name it. */
export function layerRef(index: number, layers: readonly LayerInfo[]): LayerRef {
  const diffId = layers[index]?.diffId;
  return { index, ...(diffId !== undefined && { diffId }) };
}
