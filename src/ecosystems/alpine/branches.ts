import type { Namespace } from '../../model/advisory.ts';

/** The namespace of a repository as the tracker names it: `3.13-community` and `v3.13`, `edge-main`; undefined for others. */
export function branchNamespace(repository: string): Namespace | undefined {
  const branch = /^(edge|v?(3\.\d{1,3}))(?:-(?:main|community))?$/.exec(repository);
  if (branch === null) return undefined;
  return branch[2] === undefined ? 'alpine:edge' : `alpine:v${branch[2]}`;
}
