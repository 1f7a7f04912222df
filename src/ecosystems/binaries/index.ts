import { semverVersions } from '../../formats/versions/semver.ts';
import { listedOnly } from '../listed-only.ts';
import { programBinaries } from './analyzer.ts';
import { packageNotes } from './package-notes.ts';

/** Programs that no package manager installed, known by the texts or the note in them. Nobody publishes advisories under their names. */
export const binaries = listedOnly({
  id: 'binaries',
  displayName: 'Programs',
  types: ['generic'],
  analyzers: [programBinaries, packageNotes],
  versions: () => semverVersions,
});
