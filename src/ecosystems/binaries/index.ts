import { semverVersions } from '../../formats/versions/semver.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { programBinaries } from './analyzer.ts';
import { packageNotes } from './package-notes.ts';

/** Programs that no package manager installed, known by the texts or the note in them. Nobody publishes advisories under their names. */
export const binaries: Ecosystem = {
  id: 'binaries',
  displayName: 'Programs',
  types: ['generic'],
  analyzers: [programBinaries, packageNotes],
  feeds: [],
  namespaces: () => [],
  versions: () => semverVersions,
};
