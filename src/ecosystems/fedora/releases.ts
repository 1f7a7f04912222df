import { releasesOf } from '../../packages/release/known-release.ts';

/** Releases of Fedora Linux, and the day their updates ended, or will end (fedorapeople.org/groups/schedule). */
export const fedoraReleases = releasesOf('fedora', 'Fedora Linux', [
  ['35', '2022-12-13'],
  ['36', '2023-05-16'],
  ['37', '2023-12-05'],
  ['38', '2024-05-21'],
  ['39', '2024-11-26'],
  ['40', '2025-05-13'],
  ['41', '2025-12-15'],
  ['42', '2026-05-27'],
  ['43', '2026-12-09'],
  ['44', '2027-06-02'],
]);
