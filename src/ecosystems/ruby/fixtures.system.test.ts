import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { ruby } from './index.ts';

const SPECIFICATION = 'usr/lib/ruby/gems/3.3.0/specifications/x-1.gemspec';

holdsFixturesOf({
  analyzers: ruby.analyzers,
  type: 'gem',
  listers: [
    ['osv-scalibr-language', 'language/ruby/gemfilelock', 'app/Gemfile.lock'],
    ['osv-scalibr-language', 'language/ruby/gemspec', SPECIFICATION],
    ['syft', 'ruby', (path) => (path.endsWith('.lock') ? 'app/Gemfile.lock' : SPECIFICATION)],
  ],
  problem: (path) => (path === SPECIFICATION ? 'file.format' : 'lockfile.unreadable'),
  // osv-scalibr passes over them in silence.
  stricter: [
    'language/ruby/gemfilelock/testdata/invalid.lock',
    'language/ruby/gemspec/testdata/badspec.gemspec',
    'language/ruby/gemspec/testdata/empty.gemspec',
  ],
});
