import type { Distribution } from '../../model/distribution.ts';

/** Names by the ID of os-release. */
export const alpaquitaNames: ReadonlyMap<string, string> = new Map([
  ['alpaquita', 'BellSoft Alpaquita Linux'],
  ['bellsoft-hardened-containers', 'BellSoft Hardened Containers'],
]);

/** `stream` rolls on; the others are long-term releases. No ends of life are known here. */
const versions = ['23', '25', 'stream'];

/** Releases of BellSoft's two distributions. */
export const alpaquitaReleases: readonly Distribution[] = [...alpaquitaNames].flatMap(([id, name]) =>
  versions.map((version) => ({ id, version, name: `${name} ${version}` })),
);
