import { portageDatabase } from '../../packages/portage/database.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectRolling, rollingRelease } from '../../packages/release/rolling.ts';
import { listedOnly } from '../listed-only.ts';

/** Gentoo has no releases: its `VERSION_ID` is one of `baselayout`. */
const releases = [rollingRelease('gentoo', 'Gentoo')];

/** Gentoo: packages of Portage, which are listed; its advisories (GLSA) are not read yet. */
export const gentoo = listedOnly({
  id: 'gentoo',
  displayName: 'Gentoo',
  types: ['ebuild'],
  analyzers: [releaseFiles, portageDatabase],
  detect: detectRolling(releases),
  releases,
});
