import type { Finding } from '../model/finding.ts';
import type { LayerInfo } from '../model/image.ts';
import type { FileView } from '../model/view.ts';

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

/**
 * The layer that hides what was found, with its instruction; nothing while it is in sight.
 *
 * @param layer Index of the layer that brought it.
 * @param path As that layer names it: `file.header.path` of an analyzer.
 */
export function hiderOf(
  view: Pick<FileView, 'image' | 'hiddenBy'>,
  layer: number,
  path: string,
): Pick<Finding, 'hiddenBy'> {
  const index = view.hiddenBy(layer, path);
  if (index === undefined) return {};
  const instruction = view.image.layers[index]?.instruction;
  return { hiddenBy: { index, ...(instruction !== undefined && { instruction }) } };
}
