import type { Distribution, ReleaseFile } from '../model/distribution.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { PackageRecord } from '../model/fact.ts';

/** What the release files of an image say together. */
export interface Detection {
  readonly distribution?: Distribution;
  /** Sentences on files that name something else than what decided. */
  readonly contradictions: readonly string[];
}

/**
 * Asks every ecosystem of one release file after the other, in their order of precedence: the first answer decides.
 * Later answers with another id or version contradict it; docs/distributions.md explains the order.
 *
 * @param files In the order of `releasePaths`.
 */
export function detectDistribution(files: readonly ReleaseFile[], ecosystems: readonly Ecosystem[]): Detection {
  let decided: { readonly distribution: Distribution; readonly path: string } | undefined;
  const contradictions: string[] = [];
  for (const file of files) {
    for (const ecosystem of ecosystems) {
      const distribution = ecosystem.detect?.(file, files);
      if (distribution === undefined) continue;
      decided ??= { distribution, path: file.path };
      if (nameOf(distribution) === nameOf(decided.distribution)) continue;
      contradictions.push(
        `${file.path} says ${nameOf(distribution)}, but ${decided.path} says ${nameOf(decided.distribution)}, which decided`,
      );
    }
  }
  return { ...(decided !== undefined && { distribution: decided.distribution }), contradictions };
}

/** What the release files and the packages let conclude, where no file names a distribution that is known. */
export function inferDistribution(
  files: readonly ReleaseFile[],
  installed: readonly PackageRecord[],
  ecosystems: readonly Ecosystem[],
): Distribution | undefined {
  for (const ecosystem of ecosystems) {
    const distribution = ecosystem.infer?.(files, installed);
    if (distribution !== undefined) return distribution;
  }
  return undefined;
}

function nameOf({ id, version }: Distribution): string {
  return `${id}:${version}`;
}
