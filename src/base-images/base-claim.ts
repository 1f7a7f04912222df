import type { BaseImage } from '../model/base-image.ts';
import type { HistoryEntry, ImageInfo } from '../model/image.ts';

/** What an image says of the one that it was built from: anybody can write that. */
export interface BaseClaim {
  /** Where it says so. */
  readonly by: Extract<BaseImage['by'], 'annotation' | 'history' | 'label'>;
  readonly name?: string;
  readonly digest?: string;
}

/** References are shorter: a name has at most 255 characters, a tag 128. */
const LONGEST = 512;

/**
 * What the image says itself, the most trustworthy first: annotations of its manifest, which belong to this image alone; the
 * remark of Buildah and Podman; labels, which may be those of the base that were inherited.
 */
export function claimOf(image: Pick<ImageInfo, 'config' | 'history' | 'annotatedBase'>): BaseClaim | undefined {
  if (image.annotatedBase !== undefined) return { by: 'annotation', ...image.annotatedBase };
  const name = fromOf(image.history);
  return name === undefined ? labelled(image.config) : { by: 'history', name };
}

/** The annotations `org.opencontainers.image.base.*` of the OCI image specification (annotations.md), as labels. */
function labelled(config: ImageInfo['config']): BaseClaim | undefined {
  const labels = config['Labels'];
  if (typeof labels !== 'object' || labels === null) return undefined;
  const name = text(labels, 'org.opencontainers.image.base.name');
  const digest = text(labels, 'org.opencontainers.image.base.digest');
  const isDigest = digest !== undefined && /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(digest);
  if (name === undefined && !isDigest) return undefined;
  return { by: 'label', ...(name !== undefined && { name }), ...(isDigest && { digest }) };
}

function text(labels: object, key: string): string | undefined {
  const value = Object.hasOwn(labels, key) ? (labels as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value : undefined;
}

/**
 * Buildah remarks `FROM NAME` at the first instruction of a build, also at that of the base: the last one counts. At the
 * instructions after it stand ids of images that it made in between, which have no name.
 */
function fromOf(history: readonly HistoryEntry[]): string | undefined {
  for (const { comment = '' } of history.toReversed()) {
    const name = /^FROM ([A-Za-z0-9][\w./:-]*(?:@sha\d+:[0-9a-f]+)?)$/.exec(
      comment.length > LONGEST ? '' : comment,
    )?.[1];
    if (name !== undefined && name !== 'scratch' && !/^[0-9a-f]{12,64}$/.test(name)) return name;
  }
  return undefined;
}
