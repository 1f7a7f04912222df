import type { Problem } from '../model/problem.ts';
import type { LayerContent } from './content.ts';
import type { OpenedImage } from './opened-image.ts';

/** An image that is a single layer and says nothing of itself. */
export function singleLayer(
  reference: string,
  layer: LayerContent,
  size: number,
  problems: readonly Problem[] = [],
): OpenedImage {
  return {
    info: { reference, names: [], layers: [{ index: 0, size }], history: [], config: {}, hasConfig: false },
    layers: [layer],
    problems,
  };
}

export const twoThings: Problem = {
  code: 'image.ambiguous',
  message:
    'it is the description of an image and a root file system at once; the image was read. "dir:" or "layer:" reads the other',
};
