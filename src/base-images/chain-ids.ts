import { createHash } from 'node:crypto';
import type { LayerInfo } from '../model/image.ts';

const digest = /^sha256:[0-9a-f]{64}$/;

/**
 * Names of the stacks of layers that an image begins with: the first is that of layer 0 alone, the last that of all. Equal
 * names are equal layers in equal order (OCI image specification, config.md, "Layer ChainID").
 * @returns fewer than there are layers where one has no digest of its content
 */
export function chainIds(layers: readonly Pick<LayerInfo, 'diffId'>[]): readonly string[] {
  const ids: string[] = [];
  let below: string | undefined;
  for (const { diffId } of layers) {
    if (diffId === undefined || !digest.test(diffId)) break;
    below = below === undefined ? diffId : `sha256:${createHash('sha256').update(`${below} ${diffId}`).digest('hex')}`;
    ids.push(below);
  }
  return ids;
}
