import { languageNamespaces } from '../../feeds/osv-language.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { rustBinaries } from './binaries.ts';
import { cargo } from './cargo.ts';
import { rustOsv } from './feed.ts';

/** Rust: Rust packages of an image, judged by OSV. */
export const rust: Ecosystem = {
  id: 'rust',
  displayName: 'Rust',
  types: ['cargo'],
  analyzers: [rustBinaries, cargo],
  feeds: [rustOsv],
  namespaces: () => languageNamespaces('crates.io'),
  versions: () => semverVersions,
};
