import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectOracle } from './detect.ts';
import { oracleReleases } from './releases.ts';

/** Oracle Linux: recognised with its end of life. Its packages are not read yet, so nobody watches them. */
export const oracle: Ecosystem = {
  id: 'oracle',
  displayName: 'Oracle Linux',
  types: [],
  analyzers: [releaseFiles],
  feeds: [],
  detect: detectOracle,
  releases: oracleReleases,
  namespaces: () => [],
  versions(namespace) {
    throw new Error(`nothing is known of ${namespace}: its versions cannot be compared`);
  },
};
