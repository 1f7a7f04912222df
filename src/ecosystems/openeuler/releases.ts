import type { Distribution } from '../../model/distribution.ts';

/** Releases by the name that advisories use. No ends of life are known here. */
const versions = [
  ...['', '-SP1', '-SP2', '-SP3', '-SP4'].map((pack) => `20.03-LTS${pack}`),
  ...['', '-SP1', '-SP2', '-SP3', '-SP4'].map((pack) => `22.03-LTS${pack}`),
  ...['', '-SP1', '-SP2', '-SP3', '-SP4'].map((pack) => `24.03-LTS${pack}`),
  ...['20.09', '21.03', '21.09', '22.09', '23.03', '23.09', '24.09', '25.03', '25.09'],
];

/** Releases of openEuler. */
export const openEulerReleases: readonly Distribution[] = versions.map((version) => ({
  id: 'openeuler',
  version,
  name: `openEuler ${version}`,
}));
