import type { ImageInfo } from '../model/image.ts';

/** What an image says of the one that it was built from: anybody can write that. */
export interface BaseClaim {
  readonly name?: string;
  readonly digest?: string;
}

/** References are shorter: a name has at most 255 characters, a tag 128. */
const LONGEST = 512;

/** The annotations `org.opencontainers.image.base.*` of the OCI image specification (annotations.md), as labels. */
export function claimOf(config: ImageInfo['config']): BaseClaim | undefined {
  const labels = config['Labels'];
  if (typeof labels !== 'object' || labels === null) return undefined;
  const name = text(labels, 'org.opencontainers.image.base.name');
  const digest = text(labels, 'org.opencontainers.image.base.digest');
  const isDigest = digest !== undefined && /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(digest);
  if (name === undefined && !isDigest) return undefined;
  return { ...(name !== undefined && { name }), ...(isDigest && { digest }) };
}

function text(labels: object, key: string): string | undefined {
  const value = Object.hasOwn(labels, key) ? (labels as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value : undefined;
}
