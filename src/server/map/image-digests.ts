import type { RunningImage } from '../../model/topology.ts';

/**
 * Digests by which an image that runs may be known, that which its engine calls its id first: of its configuration, or of its
 * manifest with engines that keep images as registries do; then that of the manifest of its platform, since the id may be that
 * of an index; then the one in its name (`app@sha256:...`).
 */
export function digestsOfImage({ id, reference, manifest = '' }: RunningImage): readonly string[] {
  const own = /^(?:sha256:)?([\da-f]{64})$/.exec(id)?.[1];
  const named = /@sha256:([\da-f]{64})$/.exec(reference)?.[1];
  const told = /^sha256:([\da-f]{64})$/.exec(manifest)?.[1];
  return [...new Set([own, told, named].flatMap((one) => (one === undefined ? [] : [`sha256:${one}`])))];
}
