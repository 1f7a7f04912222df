import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectAmazon } from './detect.ts';
import { amazonReleases } from './releases.ts';

/** Amazon Linux: recognised with its end of life. Its packages are not read yet, so nobody watches them. */
export const amazon: Ecosystem = {
  id: 'amazon',
  displayName: 'Amazon Linux',
  types: [],
  analyzers: [releaseFiles],
  feeds: [],
  detect: detectAmazon,
  releases: amazonReleases,
  namespaces: () => [],
  versions(namespace) {
    throw new Error(`nothing is known of ${namespace}: its versions cannot be compared`);
  },
};
