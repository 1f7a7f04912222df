import type { Distribution } from '../../model/distribution.ts';

/** Release and the day its updates ended, or will end (fedorapeople.org/groups/schedule). */
const table = [
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
] as const;

/** Releases of Fedora Linux. */
export const fedoraReleases: readonly Distribution[] = table.map(([version, endOfLife]) => ({
  id: 'fedora',
  version,
  name: `Fedora Linux ${version}`,
  endOfLife,
}));
