import { alpmVersions } from '../../formats/versions/alpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { pacmanLocal } from '../../packages/pacman/local.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectRolling, rollingRelease } from '../../packages/release/rolling.ts';
import { archTracker } from './feed.ts';

const releases = [rollingRelease('arch', 'Arch Linux')];

/** Arch Linux, which has no releases: packages of pacman, judged by the groups of its security tracker. */
export const arch: Ecosystem = {
  id: 'arch',
  displayName: 'Arch Linux',
  types: ['alpm'],
  analyzers: [releaseFiles, pacmanLocal],
  feeds: [archTracker],
  detect: detectRolling(releases),
  releases,
  namespaces: (_pkg, distribution) => (distribution?.id === 'arch' ? ['arch'] : []),
  versions: () => alpmVersions,
};
