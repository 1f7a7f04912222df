import { debVersions } from '../../formats/versions/deb.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { opkgStatus } from '../../packages/opkg/status.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectOpenwrt } from './detect.ts';

/** OpenWrt, and whatever else has opkg: its packages are listed. Nobody publishes advisories that a program could read. */
export const openwrt: Ecosystem = {
  id: 'openwrt',
  displayName: 'OpenWrt',
  types: ['opkg'],
  analyzers: [releaseFiles, opkgStatus],
  feeds: [],
  detect: detectOpenwrt,
  namespaces: () => [],
  versions: () => debVersions,
};
