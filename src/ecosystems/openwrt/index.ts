import { opkgStatus } from '../../packages/opkg/status.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectNamed } from '../../packages/release/known-release.ts';
import { listedOnly } from '../listed-only.ts';

/** OpenWrt, and whatever else has opkg: its packages are listed. Nobody publishes advisories that a program could read. */
export const openwrt = listedOnly({
  id: 'openwrt',
  displayName: 'OpenWrt',
  types: ['opkg'],
  analyzers: [releaseFiles, opkgStatus],
  // Of `23.05.3` the first two numbers are the release.
  detect: detectNamed(new Map([['openwrt', 'OpenWrt']]), /^(?:\d{1,4}\.\d{1,4}|snapshot$)/),
});
