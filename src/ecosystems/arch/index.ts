import { alpmVersions } from '../../formats/versions/alpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { pacmanLocal } from '../../packages/pacman/local.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectArch } from './detect.ts';
import { archTracker } from './feed.ts';
import { archRelease } from './releases.ts';

/** Arch Linux: packages of pacman, judged by the groups of its security tracker. */
export const arch: Ecosystem = {
  id: 'arch',
  displayName: 'Arch Linux',
  types: ['alpm'],
  analyzers: [releaseFiles, pacmanLocal],
  feeds: [archTracker],
  detect: detectArch,
  releases: [archRelease],
  namespaces: (_pkg, distribution) => (distribution?.id === 'arch' ? ['arch'] : []),
  versions: () => alpmVersions,
};
