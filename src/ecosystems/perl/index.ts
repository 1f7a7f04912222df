import { perlVersions } from '../../formats/versions/perl.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { perlInstalled, perlMeta, perlSnapshots } from './distributions.ts';

/** Perl: distributions of CPAN in an image. Nobody has advisories on them in a form that is read here. */
export const perl: Ecosystem = {
  id: 'perl',
  displayName: 'Perl',
  types: ['cpan'],
  analyzers: [perlInstalled, perlSnapshots, perlMeta],
  feeds: [],
  namespaces: () => [],
  versions: () => perlVersions,
};
