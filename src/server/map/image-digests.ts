/**
 * Digests by which an image that runs may be known, that which its engine calls its id first: of its configuration, or of its
 * manifest with engines that keep images as registries do; then the one in its name (`app@sha256:...`).
 */
export function digestsOfImage({
  id,
  reference,
}: {
  readonly id: string;
  readonly reference: string;
}): readonly string[] {
  const own = /^(?:sha256:)?([\da-f]{64})$/.exec(id)?.[1];
  const named = /@sha256:([\da-f]{64})$/.exec(reference)?.[1];
  return [...new Set([own, named].flatMap((one) => (one === undefined ? [] : [`sha256:${one}`])))];
}
