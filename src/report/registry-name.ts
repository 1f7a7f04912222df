import type { Report } from '../model/report.ts';
import { imageNameOf, repositoryOf } from '../policy/image-name.ts';

/**
 * Names of an image in a registry as `docker images` has them, without the host and the folder that Docker Hub does without.
 * What only a file says of itself is none.
 */
export function registryNames(report: Pick<Report, 'image'>): {
  /** `nginx:1.25` */
  readonly tags: readonly string[];
  /** `nginx@sha256:...`; where the name has a digest, which may be that of an index, it is this one. */
  readonly digests: readonly string[];
} {
  const name = imageNameOf(report);
  if (name === undefined) return { tags: [], digests: [] };
  const { claimed, digest: own } = report.image;
  const short = repositoryOf(name).replace(/^docker\.io\/(?:library\/)?/, '');
  const digest = name.digest ?? (claimed?.digests === true ? undefined : own);
  return {
    tags: name.tag === undefined ? [] : [`${short}:${name.tag}`],
    digests: digest === undefined ? [] : [`${short}@${digest}`],
  };
}
