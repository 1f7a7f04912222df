import { perlVersions } from '../../formats/versions/perl.ts';
import { listedOnly } from '../listed-only.ts';
import { perlInstalled, perlMeta, perlSnapshots } from './distributions.ts';

/** Perl: distributions of CPAN in an image. Nobody has advisories on them in a form that is read here. */
export const perl = listedOnly({
  id: 'perl',
  displayName: 'Perl',
  types: ['cpan'],
  analyzers: [perlInstalled, perlSnapshots, perlMeta],
  versions: () => perlVersions,
});
