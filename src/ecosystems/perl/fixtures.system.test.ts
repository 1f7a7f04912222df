import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { perl } from './index.ts';

holdsFixturesOf({
  analyzers: perl.analyzers,
  type: 'cpan',
  listers: [
    ['osv-scalibr-language', 'language/perl/cpan', (path) => `srv/${path.endsWith('.yml') ? 'META.yml' : 'META.json'}`],
  ],
  // Passed over there, since a META.json stands beside it, which says the same.
  explained: { 'language/perl/cpan/testdata/META_correct1.yml': ['ExtUtils-Helpers@0.028'] },
  evidence: () => 'manifest',
});
