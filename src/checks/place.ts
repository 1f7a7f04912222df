import type { Finding } from '../model/finding.ts';
import type { LayerInfo } from '../model/image.ts';

/** Where in the image's making a finding belongs: the layer with its instruction; nothing where no layer is known. */
export function placeOf(layer: LayerInfo | undefined): Pick<Finding, 'layer' | 'historyIndex'> {
  if (layer === undefined) return {};
  return {
    layer: {
      index: layer.index,
      ...(layer.diffId !== undefined && { diffId: layer.diffId }),
      ...(layer.instruction !== undefined && { instruction: layer.instruction }),
    },
    ...(layer.historyIndex !== undefined && { historyIndex: layer.historyIndex }),
  };
}
