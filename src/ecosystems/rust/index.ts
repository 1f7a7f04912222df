import { asRecord } from '../../formats/record.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import { osvLanguage } from '../osv-language.ts';
import { rustBinaries } from './binaries.ts';
import { cargo } from './cargo.ts';

/** RustSec also tells what is unmaintained or unsound: good to know, and no vulnerability. */
function isInformational(entry: Readonly<Record<string, unknown>>): boolean {
  const informational = asRecord(entry['database_specific'])?.['informational'];
  return typeof informational === 'string' && informational !== '';
}

/** Rust: Rust packages of an image, judged by OSV. */
export const rust = osvLanguage({
  id: 'rust',
  displayName: 'Rust',
  types: ['cargo'],
  analyzers: [rustBinaries, cargo],
  osv: {
    ecosystem: 'crates.io',
    name: 'crates-io',
    title: 'Rust packages',
    licence: 'CC0-1.0, RustSec; CC-BY 4.0, GitHub',
    leavesOut: isInformational,
  },
  versions: semverVersions,
});
