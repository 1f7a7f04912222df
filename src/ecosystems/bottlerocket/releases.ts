import type { Distribution } from '../../model/distribution.ts';

/** Bottlerocket has one line of releases; how long each is supported depends on the variant, and is not told here. */
export const bottlerocketReleases: readonly Distribution[] = [
  { id: 'bottlerocket', version: '1', name: 'Bottlerocket 1' },
];
