import { portageDatabase } from '../../packages/portage/database.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { listedOnly } from '../listed-only.ts';
import { detectGentoo, gentooRelease } from './detect.ts';

/** Gentoo: packages of Portage, which are listed; its advisories (GLSA) are not read yet. */
export const gentoo = listedOnly({
  id: 'gentoo',
  displayName: 'Gentoo',
  types: ['ebuild'],
  analyzers: [releaseFiles, portageDatabase],
  detect: detectGentoo,
  releases: [gentooRelease],
});
